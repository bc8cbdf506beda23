// Emoji by their short names: the few hundred that people use, [character, name, other names].

const GROUPS = {
  people:
    "😀 grinning,😃 smiley,😄 smile,😁 grin,😆 laughing satisfied,😅 sweat_smile,🤣 rofl,😂 joy,🙂 slightly_smiling_face,🙃 upside_down_face,😉 wink,😊 blush,😇 innocent,🥰 smiling_face_with_three_hearts,😍 heart_eyes,🤩 star_struck,😘 kissing_heart,😋 yum,😛 stuck_out_tongue,😜 stuck_out_tongue_winking_eye,🤪 zany_face,🤗 hugs hugging_face,🤭 hand_over_mouth,🤫 shushing_face,🤔 thinking thinking_face,🤐 zipper_mouth_face,🤨 raised_eyebrow,😐 neutral_face,😑 expressionless,😶 no_mouth,😏 smirk,😒 unamused,🙄 roll_eyes face_with_rolling_eyes,😬 grimacing,😌 relieved,😔 pensive,😪 sleepy,😴 sleeping,😷 mask,🤒 face_with_thermometer,🤕 face_with_head_bandage,🤢 nauseated_face,🤧 sneezing_face,🥵 hot_face,🥶 cold_face,🥴 woozy_face,😵 dizzy_face,🤯 exploding_head,🤠 cowboy_hat_face,🥳 partying_face,😎 sunglasses,🤓 nerd_face,🧐 monocle_face,😕 confused,😟 worried,🙁 slightly_frowning_face,😮 open_mouth,😲 astonished,😳 flushed,🥺 pleading_face,😨 fearful,😰 cold_sweat,😢 cry,😭 sob,😱 scream,😖 confounded,😞 disappointed,😓 sweat,😩 weary,😫 tired_face,🥱 yawning_face,😤 triumph,😡 rage,😠 angry,🤬 cursing_face,😈 smiling_imp,💀 skull,💩 poop hankey,🤡 clown_face,👻 ghost,👽 alien,🤖 robot robot_face,😺 smiley_cat,🙈 see_no_evil,🙉 hear_no_evil,🙊 speak_no_evil,👋 wave,🤚 raised_back_of_hand,✋ hand raised_hand,🖖 vulcan_salute,👌 ok_hand,✌️ v,🤞 crossed_fingers,🤘 metal,🤙 call_me_hand,👈 point_left,👉 point_right,👆 point_up_2,👇 point_down,👍 +1 thumbsup,👎 -1 thumbsdown,✊ fist,👊 facepunch punch,👏 clap,🙌 raised_hands,👐 open_hands,🤝 handshake,🙏 pray,💪 muscle,🧠 brain,👀 eyes,🤦 facepalm face_palm,🤷 shrug,🙋 raising_hand,🙇 bow,💁 information_desk_person,🏃 runner running,💃 dancer,👥 busts_in_silhouette,👶 baby,🧑‍💻 technologist,🦸 superhero",
  nature:
    "🐶 dog,🐱 cat,🐭 mouse,🐰 rabbit,🦊 fox_face,🐻 bear,🐼 panda_face,🐨 koala,🦁 lion,🐮 cow,🐷 pig,🐸 frog,🐵 monkey_face,🐔 chicken,🐧 penguin,🐦 bird,🦄 unicorn,🐝 bee honeybee,🐛 bug,🦋 butterfly,🐌 snail,🐞 lady_beetle,🐢 turtle,🐍 snake,🐙 octopus,🐠 tropical_fish,🐬 dolphin,🐳 whale,🦆 duck,🦉 owl,🌵 cactus,🌴 palm_tree,🎄 christmas_tree,🌲 evergreen_tree,🌱 seedling,🍀 four_leaf_clover,🌹 rose,🌻 sunflower,🌍 earth_africa,🌙 crescent_moon,⭐ star,🌟 star2,✨ sparkles,⚡ zap,🔥 fire,💥 boom collision,☀️ sunny,⛅ partly_sunny,☁️ cloud,🌧️ cloud_with_rain,❄️ snowflake,⛄ snowman,🌈 rainbow,🌊 ocean,💧 droplet",
  food:
    "🍏 green_apple,🍎 apple,🍐 pear,🍊 tangerine,🍋 lemon,🍌 banana,🍉 watermelon,🍇 grapes,🍓 strawberry,🍒 cherries,🍍 pineapple,🥑 avocado,🍅 tomato,🌶️ hot_pepper,🥕 carrot,🍞 bread,🥐 croissant,🧀 cheese,🥚 egg,🥓 bacon,🍔 hamburger,🍟 fries,🍕 pizza,🌭 hotdog,🌮 taco,🥗 green_salad,🍝 spaghetti,🍜 ramen,🍣 sushi,🍦 icecream,🍩 doughnut,🍪 cookie,🎂 birthday,🍰 cake,🍫 chocolate_bar,🍿 popcorn,☕ coffee,🍵 tea,🍺 beer,🍻 beers,🥂 clinking_glasses,🍷 wine_glass,🍾 champagne",
  things:
    "⚽ soccer,🏀 basketball,🏈 football,🎾 tennis,🏆 trophy,🥇 1st_place_medal,🎯 dart,🎲 game_die,🎮 video_game,🎵 musical_note,🎸 guitar,🎨 art,🎬 clapper,🎤 microphone,🎉 tada,🎊 confetti_ball,🎈 balloon,🎁 gift,🚀 rocket,✈️ airplane,🚗 car red_car,🚲 bike,🚂 steam_locomotive,⛵ boat sailboat,🏠 house,🏢 office,🏖️ beach_umbrella,🏕️ camping,🗺️ world_map,⌚ watch,📱 iphone,💻 computer,⌨️ keyboard,🖨️ printer,💾 floppy_disk,📷 camera,📺 tv,⏰ alarm_clock,⏳ hourglass_flowing_sand,🔋 battery,💡 bulb,🔦 flashlight,💰 moneybag,💳 credit_card,💎 gem,🔧 wrench,🔨 hammer,⚙️ gear,🧲 magnet,🔬 microscope,💊 pill,🔑 key,🚪 door,📦 package,✉️ email envelope,📧 e-mail,📝 memo pencil,📅 date,📆 calendar,📈 chart_with_upwards_trend,📉 chart_with_downwards_trend,📊 bar_chart,📋 clipboard,📌 pushpin,📎 paperclip,✂️ scissors,🔒 lock,🔓 unlock,📚 books,📖 book open_book,🔗 link,🏷️ label,📣 mega,📢 loudspeaker,🔔 bell,🔕 no_bell,🔍 mag,🧪 test_tube,🪲 beetle,🛠️ hammer_and_wrench,🧹 broom,🗑️ wastebasket",
  symbols:
    "❤️ heart,🧡 orange_heart,💛 yellow_heart,💚 green_heart,💙 blue_heart,💜 purple_heart,🖤 black_heart,💔 broken_heart,💕 two_hearts,💯 100,💢 anger,💬 speech_balloon,💭 thought_balloon,💤 zzz,✅ white_check_mark,☑️ ballot_box_with_check,✔️ heavy_check_mark,❌ x,❎ negative_squared_cross_mark,➕ heavy_plus_sign,➖ heavy_minus_sign,❓ question,❗ exclamation heavy_exclamation_mark,⚠️ warning,🚫 no_entry_sign,⛔ no_entry,🛑 stop_sign octagonal_sign,♻️ recycle,🔴 red_circle,🟠 orange_circle,🟡 yellow_circle,🟢 green_circle,🔵 large_blue_circle,⚪ white_circle,⚫ black_circle,🔺 small_red_triangle,🔼 arrow_up_small,⬆️ arrow_up,⬇️ arrow_down,➡️ arrow_right,⬅️ arrow_left,🔄 arrows_counterclockwise,🔁 repeat,🆗 ok,🆕 new,🆒 cool,🆓 free,🔟 keycap_ten,1️⃣ one,2️⃣ two,3️⃣ three,🏁 checkered_flag,🚩 triangular_flag_on_post,🏳️‍🌈 rainbow_flag,☮️ peace_symbol,♾️ infinity,©️ copyright,™️ tm",
};

const byName = new Map();

/** Group → list of [character, name]. */
export const emojiGroups = Object.fromEntries(
  Object.entries(GROUPS).map(([group, text]) => [
    group,
    text.split(",").map((entry) => {
      const [character, ...names] = entry.split(" ");
      for (const name of names) byName.set(name, character);
      return [character, names[0]];
    }),
  ]),
);

/** Return the character of a short name, undefined for an unknown one. */
export const emojiOf = (name) => byName.get(name);

/** Return up to `limit` [character, name] whose name begins with, or else holds, what was typed. */
export function findEmoji(typed, limit = 8) {
  const text = typed.toLowerCase();
  const names = [...byName.keys()].filter((name) => name.includes(text));
  names.sort((a, b) => Number(b.startsWith(text)) - Number(a.startsWith(text)) || a.length - b.length);
  const seen = new Set();
  const found = [];
  for (const name of names) {
    if (seen.has(byName.get(name))) continue;
    seen.add(byName.get(name));
    found.push([byName.get(name), name]);
    if (found.length === limit) break;
  }
  return found;
}
