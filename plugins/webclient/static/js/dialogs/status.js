// The custom status: an emoji, a few words, until when.

import { h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { shortTime } from "../lib/time.js";
import { emojiNode, emojiOf } from "../data/emoji.js";
import { customStatus, keep, user } from "../data/users.js";
import { openEmojiPicker } from "../views/emoji_picker.js";
import { field, form, openDialog, tryTo } from "./dialog.js";

const SUGGESTED = [["calendar", "custom.meeting", "one_hour"], ["hamburger", "custom.lunch", "thirty_minutes"], ["house", "custom.home", "today"], ["face_with_thermometer", "custom.sick", "today"], ["palm_tree", "custom.holiday", ""]];
const LASTS = ["", "thirty_minutes", "one_hour", "four_hours", "today", "this_week", "date_and_time"];
const PLAIN = "speech_balloon"; // where one chooses none
const WEEK = 7;
const HOUR = 3_600_000;

function ends(duration) {
  const hours = { thirty_minutes: 0.5, one_hour: 1, four_hours: 4 }[duration];
  if (hours) return new Date(Date.now() + hours * HOUR).toISOString();
  if (duration === "today") return new Date(new Date().setHours(23, 59, 59, 0)).toISOString();
  if (duration === "this_week") {
    const day = new Date();
    day.setDate(day.getDate() + ((WEEK - day.getDay()) % WEEK)); // Sunday is its last
    return new Date(day.setHours(23, 59, 59, 0)).toISOString();
  }
  return undefined;
}

export function customStatusDialog() {
  const now = customStatus(user(state.me.id));
  let emoji = now?.emoji ?? PLAIN;
  const button = h("button.quiet.emoji-button", { type: "button", "aria-label": t("emoji.title"), onclick: () => openEmojiPicker(button, show) }, emojiNode(emoji) ?? "💬");
  const show = (name) => {
    emoji = name;
    button.replaceChildren(emojiNode(name) ?? `:${name}:`);
  };
  const text = field({ label: t("custom.text"), name: "text", maxlength: 100, value: now?.text ?? "", autofocus: true });
  const keeps = Boolean(now?.duration && Date.parse(now.expires_at) > 0);
  const options = LASTS.map((name) => h("option", { value: name }, t(`custom.until.${name || "never"}`)));
  if (keeps) options.unshift(h("option", { value: "keep", selected: true }, t("custom.until_when", { when: shortTime(Date.parse(now.expires_at)) })));
  const day = h("input", { type: "datetime-local", name: "until", hidden: true, "aria-label": t("custom.until.date_and_time") });
  const lasts = h("select", { name: "duration", id: "custom-duration", onchange: () => {
    day.hidden = lasts.value !== "date_and_time";
    if (!day.hidden) day.focus();
  } }, options);
  const suggestions = SUGGESTED.filter(([name]) => emojiOf(name)).map(([name, words, duration]) => h("button.quiet.small", { type: "button", onclick: () => {
    show(name);
    text.querySelector("input").value = t(words);
    lasts.value = duration;
    day.hidden = true;
  } }, emojiOf(name), " ", t(words)));
  const clear = now && h("button.quiet", { type: "button", onclick: () => tryTo(async () => {
    await api.delete("/users/me/status/custom");
    await refresh();
    dialog.close();
  }) }, t("custom.clear"));
  const contents = [h("div.search-form", button, text), h("div.suggested", suggestions), h("div.field", h("label", { for: "custom-duration" }, t("custom.until")), lasts, day)];
  const dialog = openDialog(t("custom.set"), form(contents, t("save"), async ({ text, duration, until }) => {
    if (!text.trim() && emoji === PLAIN) throw new Error(t("custom.need"));
    if (duration === "date_and_time" && !(Date.parse(until) > Date.now())) throw new Error(t("custom.need_time"));
    const [lasts, expires_at] = duration === "keep" ? [now.duration, now.expires_at] : [duration, duration === "date_and_time" ? new Date(until).toISOString() : ends(duration)];
    await api.put("/users/me/status/custom", { emoji, text: text.trim(), duration: lasts, expires_at });
    await refresh();
    dialog.close();
  }, { secondary: clear }));
}

async function refresh() {
  keep(await api.get("/users/me"));
  changed("users", "me");
}
