// Emoji by their short names. The few hundred that people use are known at once; all of them, and those of this server, are loaded
// as soon as somebody looks for one or a message has one that isn't known.

import { api, BASE } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { changed, state } from "../lib/store.js";
import { preference, savePreferences } from "./preferences.js";

const EARLY =
  "😀 grinning,😃 smiley,😄 smile,😁 grin,😆 laughing satisfied,😅 sweat_smile,🤣 rolling_on_the_floor_laughing rofl,😂 joy,🙂 slightly_smiling_face,🙃 upside_down_face,😉 wink,😊 blush,😇 innocent,🥰 smiling_face_with_3_hearts smiling_face_with_three_hearts,😍 heart_eyes,🤩 star-struck grinning_face_with_star_eyes star_struck,😘 kissing_heart,😋 yum,😛 stuck_out_tongue,😜 stuck_out_tongue_winking_eye,🤪 zany_face grinning_face_with_one_large_and_one_small_eye,🤗 hugging_face hugs,🤭 face_with_hand_over_mouth smiling_face_with_smiling_eyes_and_hand_covering_mouth hand_over_mouth,🤫 shushing_face face_with_finger_covering_closed_lips,🤔 thinking_face thinking,🤐 zipper_mouth_face,🤨 face_with_raised_eyebrow face_with_one_eyebrow_raised raised_eyebrow,😐 neutral_face,😑 expressionless,😶 no_mouth,😏 smirk,😒 unamused,🙄 face_with_rolling_eyes roll_eyes,😬 grimacing,😌 relieved,😔 pensive,😪 sleepy,😴 sleeping,😷 mask," +
  "🤒 face_with_thermometer,🤕 face_with_head_bandage,🤢 nauseated_face,🤧 sneezing_face,🥵 hot_face,🥶 cold_face,🥴 woozy_face,😵 dizzy_face,🤯 exploding_head shocked_face_with_exploding_head,🤠 face_with_cowboy_hat cowboy_hat_face,🥳 partying_face,😎 sunglasses,🤓 nerd_face,🧐 face_with_monocle monocle_face,😕 confused,😟 worried,🙁 slightly_frowning_face,😮 open_mouth,😲 astonished,😳 flushed,🥺 pleading_face,😨 fearful,😰 cold_sweat,😢 cry,😭 sob,😱 scream,😖 confounded,😞 disappointed,😓 sweat,😩 weary,😫 tired_face,🥱 yawning_face,😤 triumph,😡 rage,😠 angry,🤬 face_with_symbols_on_mouth serious_face_with_symbols_covering_mouth cursing_face,😈 smiling_imp,💀 skull,💩 hankey poop shit,🤡 clown_face,👻 ghost,👽 alien,🤖 robot_face robot,😺 smiley_cat,🙈 see_no_evil,🙉 hear_no_evil,🙊 speak_no_evil,👋 wave,🤚 raised_back_of_hand,✋ hand raised_hand,🖖 spock-hand vulcan_salute,👌 ok_hand,✌️ v," +
  "🤞 crossed_fingers hand_with_index_and_middle_fingers_crossed,🤘 the_horns sign_of_the_horns metal,🤙 call_me_hand,👈 point_left,👉 point_right,👆 point_up_2,👇 point_down,👍 +1 thumbsup,👎 -1 thumbsdown,✊ fist,👊 facepunch punch,👏 clap,🙌 raised_hands,👐 open_hands,🤝 handshake,🙏 pray,💪 muscle,🧠 brain,👀 eyes,🤦 face_palm facepalm,🤷 shrug,🙋 raising_hand,🙇 bow,💁 information_desk_person,🏃 runner running,💃 dancer,👥 busts_in_silhouette,👶 baby,🧑‍💻 technologist,🦸 superhero,🐶 dog,🐱 cat,🐭 mouse,🐰 rabbit,🦊 fox_face,🐻 bear,🐼 panda_face,🐨 koala,🦁 lion_face lion,🐮 cow,🐷 pig,🐸 frog,🐵 monkey_face,🐔 chicken,🐧 penguin,🐦 bird,🦄 unicorn_face unicorn,🐝 bee honeybee,🐛 bug,🦋 butterfly,🐌 snail,🐞 ladybug lady_beetle,🐢 turtle,🐍 snake,🐙 octopus,🐠 tropical_fish,🐬 dolphin flipper,🐳 whale,🦆 duck,🦉 owl,🌵 cactus,🌴 palm_tree,🎄 christmas_tree,🌲 evergreen_tree,🌱 seedling,🍀 four_leaf_clover,🌹 rose,🌻 sunflower,🌍 earth_africa," +
  "🌙 crescent_moon,⭐ star,🌟 star2,✨ sparkles,⚡ zap,🔥 fire,💥 boom collision,☀️ sunny,⛅ partly_sunny,☁️ cloud,🌧️ rain_cloud cloud_with_rain,❄️ snowflake,⛄ snowman_without_snow snowman,🌈 rainbow,🌊 ocean,💧 droplet,🍏 green_apple,🍎 apple,🍐 pear,🍊 tangerine,🍋 lemon,🍌 banana,🍉 watermelon,🍇 grapes,🍓 strawberry,🍒 cherries,🍍 pineapple,🥑 avocado,🍅 tomato,🌶️ hot_pepper,🥕 carrot,🍞 bread,🥐 croissant,🧀 cheese_wedge cheese,🥚 egg,🥓 bacon,🍔 hamburger,🍟 fries,🍕 pizza,🌭 hotdog,🌮 taco,🥗 green_salad,🍝 spaghetti,🍜 ramen,🍣 sushi,🍦 icecream,🍩 doughnut,🍪 cookie,🎂 birthday,🍰 cake,🍫 chocolate_bar,🍿 popcorn,☕ coffee,🍵 tea,🍺 beer,🍻 beers,🥂 clinking_glasses,🍷 wine_glass,🍾 champagne,⚽ soccer,🏀 basketball,🏈 football,🎾 tennis,🏆 trophy,🥇 first_place_medal 1st_place_medal,🎯 dart,🎲 game_die,🎮 video_game,🎵 musical_note,🎸 guitar,🎨 art,🎬 clapper,🎤 microphone,🎉 tada,🎊 confetti_ball,🎈 balloon,🎁 gift,🚀 rocket,✈️ airplane,🚗 car red_car," +
  "🚲 bike,🚂 steam_locomotive,⛵ boat sailboat,🏠 house,🏢 office,🏖️ beach_with_umbrella beach_umbrella,🏕️ camping,🗺️ world_map,⌚ watch,📱 iphone,💻 computer,⌨️ keyboard,🖨️ printer,💾 floppy_disk,📷 camera,📺 tv,⏰ alarm_clock,⏳ hourglass_flowing_sand,🔋 battery,💡 bulb,🔦 flashlight,💰 moneybag,💳 credit_card,💎 gem,🔧 wrench,🔨 hammer,⚙️ gear,🧲 magnet,🔬 microscope,💊 pill,🔑 key,🚪 door,📦 package,✉️ email envelope,📧 e-mail,📝 memo pencil,📅 date,📆 calendar,📈 chart_with_upwards_trend,📉 chart_with_downwards_trend,📊 bar_chart,📋 clipboard,📌 pushpin,📎 paperclip,✂️ scissors,🔒 lock,🔓 unlock,📚 books,📖 book open_book,🔗 link,🏷️ label,📣 mega,📢 loudspeaker,🔔 bell,🔕 no_bell,🔍 mag,🧪 test_tube,🪲 beetle,🛠️ hammer_and_wrench,🧹 broom,🗑️ wastebasket,❤️ heart,🧡 orange_heart,💛 yellow_heart,💚 green_heart,💙 blue_heart,💜 purple_heart,🖤 black_heart,💔 broken_heart,💕 two_hearts,💯 100,💢 anger,💬 speech_balloon,💭 thought_balloon,💤 zzz," +
  "✅ white_check_mark,☑️ ballot_box_with_check,✔️ heavy_check_mark,❌ x,❎ negative_squared_cross_mark,➕ heavy_plus_sign,➖ heavy_minus_sign,❓ question,❗ exclamation heavy_exclamation_mark,⚠️ warning,🚫 no_entry_sign,⛔ no_entry,🛑 octagonal_sign stop_sign,♻️ recycle,🔴 red_circle,🟠 large_orange_circle orange_circle,🟡 large_yellow_circle yellow_circle,🟢 large_green_circle green_circle,🔵 large_blue_circle,⚪ white_circle,⚫ black_circle,🔺 small_red_triangle,🔼 arrow_up_small,⬆️ arrow_up,⬇️ arrow_down,➡️ arrow_right,⬅️ arrow_left,🔄 arrows_counterclockwise,🔁 repeat,🆗 ok,🆕 new,🆒 cool,🆓 free,🔟 keycap_ten,1️⃣ one,2️⃣ two,3️⃣ three,🏁 checkered_flag,🚩 triangular_flag_on_post,🏳️‍🌈 rainbow-flag rainbow_flag,☮️ peace_symbol,♾️ infinity,©️ copyright,™️ tm";

const MOST_NAMES = 100; // that the server is asked for at once
const TONES = { "1F3FB": "light", "1F3FC": "medium_light", "1F3FD": "medium", "1F3FE": "medium_dark", "1F3FF": "dark" };
const MODIFIERS = Object.fromEntries(Object.entries(TONES).map(([code, tone]) => [tone, String.fromCodePoint(parseInt(code, 16))]));
const TONED = /^(.+?)_(light|medium_light|medium|medium_dark|dark)_skin_tone$/;

const byName = new Map(); // name → character
const withTones = new Set(); // names of emoji that come in skin colours
const custom = new Map(); // name → id, of emoji of this server
const nobody = new Set(); // names that nobody has
const wanted = new Set();

/** Take [character, names] pairs in; returns [first name, …]. */
function learn(text) {
  return text.split(",").map((entry) => {
    const [character, ...names] = entry.split(" ");
    const plain = character.length > 1 ? character.replace(/\*$/, "") : character;
    for (const name of names) {
      byName.set(name, plain);
      if (plain !== character) withTones.add(name);
    }
    return names[0];
  });
}

learn(EARLY);

/** Put a skin colour on a character: behind its first code point. */
function toned(character, tone) {
  const [first, ...rest] = [...character];
  return [first, MODIFIERS[tone], ...(rest[0] === "\ufe0f" ? rest.slice(1) : rest)].join("");
}

/** Return the character of a short name, undefined for an unknown one (which is looked for) and for one of this server. */
export function emojiOf(name) {
  const found = byName.get(name);
  if (found || !name) return found;
  const [, base, tone] = TONED.exec(name) ?? [];
  if (base && withTones.has(base)) return toned(byName.get(base), tone);
  if (!custom.has(name) && !nobody.has(name)) want(name);
  return undefined;
}

/** Return a node that shows an emoji, null while or where there is none. */
export function emojiNode(name, props = {}) {
  const character = emojiOf(name);
  if (character) return h("span.emoji", props, character);
  return custom.has(name) ? h("img.emoji", { src: `${BASE}/api/v4/emoji/${custom.get(name)}/image`, alt: `:${name}:`, draggable: "false", ...props, role: null }) : null;
}

let timer = 0;

function want(name) {
  wanted.add(name);
  timer ||= setTimeout(look, 50);
}

async function look() {
  timer = 0;
  const names = [...wanted].slice(0, MOST_NAMES);
  for (const name of names) wanted.delete(name);
  const all = await allEmoji().catch(() => null);
  const unknown = names.filter((name) => !byName.has(name) && !TONED.test(name));
  const found = unknown.length && ownOn() ? await api.post("/emoji/names", unknown).catch(() => []) : [];
  for (const one of found) custom.set(one.name, one.id);
  for (const name of unknown) if (all && !custom.has(name)) nobody.add(name);
  if (found.length || unknown.length < names.length) tell();
  if (wanted.size) timer = setTimeout(look, 50);
}

/** Have drawn anew what may show an emoji that is known only now. */
function tell() {
  state.emojiLearned = (state.emojiLearned ?? 0) + 1;
  changed("users");
}

const ownOn = () => state.config.EnableCustomEmoji === "true";

let all = null;

/** Load all emoji; returns group → names. */
export function allEmoji() {
  all ??= import("../later/emoji/table.js").then(
    ({ TABLE }) => Object.fromEntries(Object.entries(TABLE).map(([group, text]) => [group, learn(text)])),
    (error) => {
      all = null;
      throw error;
    });
  return all;
}

let own = null;

/** Read the names of this server's own emoji, once unless `again`. */
export async function ownEmoji({ again = false } = {}) {
  if (!ownOn()) return [];
  if (again || !own) own = api.get("/emoji?per_page=200&sort=name").catch(() => []);
  const found = await own;
  for (const one of found) if (!custom.has(one.name)) knows(one);
  return found.map((one) => one.name);
}

/** Take in an emoji of this server. */
export function knows({ id, name }) {
  custom.set(name, id);
  nobody.delete(name);
  tell();
}

/** Return the names of up to `limit` emoji that begin with, or else hold, what was typed. */
export function findEmoji(typed, limit = 8) {
  const plain = (name) => name.toLowerCase().replace(/[\s-]+/g, "_");
  const text = plain(typed);
  const names = [...custom.keys(), ...byName.keys()].filter((name) => plain(name).includes(text));
  names.sort((a, b) => Number(plain(b).startsWith(text)) - Number(plain(a).startsWith(text)) || a.length - b.length);
  const seen = new Set();
  const found = [];
  for (const name of names) {
    const what = byName.get(name) ?? name;
    if (seen.has(what)) continue;
    seen.add(what);
    found.push(name);
    if (found.length === limit) break;
  }
  return found;
}

/** The skin colour that I have chosen, "" for none; kept as Mattermost's clients keep it. */
export const skinTone = () => TONES[preference("emoji", "emoji_skintone", "default")] ?? "";

export const useSkinTone = (tone) =>
  savePreferences(["emoji", "emoji_skintone", Object.keys(TONES).find((code) => TONES[code] === tone) ?? "default"]);

export const SKIN_TONES = ["", ...Object.values(TONES)];

/** Return a name in my skin colour, if it comes in any. */
export const inMyTone = (name, tone = skinTone()) => (tone && withTones.has(name) ? `${name}_${tone}_skin_tone` : name);
