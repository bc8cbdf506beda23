// Settings › Notifications: what one is told of, and how. All of it is in notify_props, so every client obeys it.

import { h } from "../../lib/dom.js";
import { state } from "../../lib/store.js";
import { addWords, t } from "../../lib/i18n.js";
import { allowDesktop, desktopOn } from "../../data/notifications.js";
import { preference, savePreferences } from "../../data/preferences.js";
import { collapsed } from "../../data/threads.js";
import { field, form, toast } from "../../dialogs/dialog.js";
import { soundSettings } from "./sounds.js";
import { check, radios, section } from "./kit.js";

const isOn = (key) => state.config[key] === "true";
const LEVELS = [["all", "notify.all"], ["mention", "notify.mention"], ["none", "notify.none"]];
const AWAY = [["online", "notify.status_always"], ["away", "notify.status_away"], ["offline", "notify.status_offline"]];
const MAILS = [["30", "notify.mail_now"], ["900", "notify.mail_quarter"], ["3600", "notify.mail_hour"], ["never", "notify.mail_never"]];

/** Return the page; `patchMe` takes what changes of the account and says that it is saved. */
export async function notificationSettings(patchMe) {
  await addWords("preferences");
  const props = { ...state.me.notify_props };
  let saving = Promise.resolve(); // one after the other: each sends all of notify_props
  const patch = (change) => {
    saving = saving.catch(() => null).then(() => patchMe({ notify_props: { ...state.me.notify_props, ...change } }));
    return saving;
  };
  return [desk(props, patch), phone(props, patch), mail(props, patch), mentions(props, patch), words(props, patch), automatic(props, patch)];
}

/** Replies in threads that one follows: all of them, or mentions only. */
const threads = (name, props, patch) => collapsed() && check(name, "notify.threads", (props[name] ?? "all") === "all",
  (all) => patch({ [name]: all ? "all" : "mention" }), "notify.threads_hint");

function desk(props, patch) {
  const browser = h("label.check", h("input", { type: "checkbox", name: "browser", checked: desktopOn(), onchange: async ({ target }) => {
    const wanted = target.checked;
    target.checked = await allowDesktop(wanted);
    if (wanted && !target.checked) toast(t("notify.refused"), { error: true });
  } }), h("span", h("strong", t("notify.desktop")), h("span.hint", t("notify.desktop_hint"))));
  return section("notify.on_desk", browser, soundSettings(patch),
    radios("notify.about", "desktop", LEVELS, props.desktop ?? "mention", (desktop) => patch({ desktop })), threads("desktop_threads", props, patch));
}

function phone(props, patch) {
  if (!isOn("SendPushNotifications")) return null;
  return section("notify.on_phone",
    radios("notify.about", "push", LEVELS, props.push ?? "mention", (push) => patch({ push })),
    radios("notify.when", "push_status", AWAY, props.push_status ?? "online", (push_status) => patch({ push_status })), threads("push_threads", props, patch));
}

/** Mail comes at once, or together where the server collects it; the interval is a preference, as Mattermost's clients have it. */
function mail(props, patch) {
  if (!isOn("SendEmailNotifications")) return null;
  const offered = MAILS.filter(([value]) => isOn("EnableEmailBatching") || ["30", "never"].includes(value));
  const kept = preference("notifications", "email_interval", isOn("EnableEmailBatching") ? "900" : "30");
  const current = props.email === "false" ? "never" : offered.some(([value]) => value === kept) ? kept : "30";
  const save = async (value) => {
    if (value !== "never") await savePreferences(["notifications", "email_interval", value]);
    await patch({ email: String(value !== "never") });
  };
  return section("notify.by_mail", radios("notify.mail_about", "email", offered, current, save), threads("email_threads", props, patch));
}

function mentions(props, patch) {
  const name = state.me.first_name;
  const REPLIES = [["any", "notify.replies_any"], ["root", "notify.replies_root"], ["never", "notify.replies_never"]];
  return section("notify.mentions",
    h("p.hint", t("notify.mentions_hint", { name: `@${state.me.username}` })),
    check("channel", "notify.channel", props.channel !== "false", (on) => patch({ channel: String(on) }), "notify.channel_hint"),
    name && check("first_name", "notify.first_name", props.first_name === "true", (on) => patch({ first_name: String(on) }), "notify.first_name_hint"),
    !collapsed() && radios("notify.replies", "comments", REPLIES, props.comments ?? "never", (comments) => patch({ comments })));
}

/** The account's own name is always among the words, so it needn't be listed. */
function words(props, patch) {
  const clean = (text) => [...new Set(text.split(/[,،]/).map((word) => word.trim()).filter(Boolean))].join(",");
  return form([
    field({ label: t("notify.words"), name: "mention_keys", value: props.mention_keys ?? "", hint: t("notify.words_hint"), maxlength: 1000 }),
    field({ label: t("notify.highlights"), name: "highlight_keys", value: props.highlight_keys ?? "", hint: t("notify.highlights_hint"), maxlength: 1000 }),
  ], t("save"), ({ mention_keys, highlight_keys }) => patch({ mention_keys: clean(mention_keys), highlight_keys: clean(highlight_keys) }));
}

/** "Out of office": the server answers direct messages by itself. */
function automatic(props, patch) {
  if (!isOn("ExperimentalEnableAutomaticReplies")) return null;
  const message = field({ label: t("notify.auto_message"), name: "auto_responder_message", multiline: true, rows: 3, maxlength: 200, value: props.auto_responder_message ?? t("notify.auto_example") });
  const active = h("label.check", h("input", { type: "checkbox", name: "auto_responder_active", checked: props.auto_responder_active === "true" }),
    h("span", h("strong", t("notify.auto")), h("span.hint", t("notify.auto_hint"))));
  return section("notify.auto_title", form([active, message], t("save"), async (values) => {
    const text = values.auto_responder_message.trim();
    if (values.auto_responder_active && !text) throw new Error(t("notify.auto_need"));
    await patch({ auto_responder_active: String(Boolean(values.auto_responder_active)), auto_responder_message: text });
  }));
}
