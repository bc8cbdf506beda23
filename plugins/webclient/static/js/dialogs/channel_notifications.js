// What of a channel one is told of: its own settings, which go before those of one's own.

import { h } from "../lib/dom.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { FIRST_SOUND, playSound, SOUND_NAMES } from "../lib/sounds.js";
import * as channels from "../data/channels.js";
import { collapsed } from "../data/threads.js";
import { form, openDialog, toast } from "./dialog.js";

const LEVELS = [["all", "channel_notify.all"], ["mention", "channel_notify.mention"], ["none", "channel_notify.none"]];
const SENT = [["true", "channel_notify.sent"], ["false", "channel_notify.none"]];
const THREADS = [["all", "channel_notify.threads_all"], ["mention", "channel_notify.mention"]];
const isOn = (key) => state.config[key] === "true";

const DEFAULTS = {
  mark_unread: "all", desktop: "default", desktop_threads: "default", desktop_sound: "default", desktop_notification_sound: "default",
  push: "default", push_threads: "default", email: "default", channel_auto_follow_threads: "off",
};

/** A list of what there is to choose; the first, "default", says what one has chosen for all channels. */
function chooser(name, options, current, mine) {
  const id = `channel-notify-${name}`;
  const chosen = current === "default" || options.some(([value]) => value === current) ? current : options[0][0];
  const own = t(options.find(([value]) => value === mine)?.[1] ?? options[0][1]);
  const all = [["default", t("channel_notify.default", { own })], ...options.map(([value, key]) => [value, t(key)])];
  return h("div.field", h("label", { for: id }, t(`channel_notify.${name}`)),
    h("select", { id, name }, all.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
}

function check(name, checked, { hint, onchange } = {}) {
  return h("label.check", h("input", { type: "checkbox", name, checked, onchange }),
    h("span", h("strong", t(`channel_notify.${name}`)), hint && h("span.hint", t(hint))));
}

/** Which sound: what one has for all channels, none, or one of them. */
function sounds(props, mine) {
  const own = mine.desktop_sound === "false" ? t("channel_notify.no_sound") : mine.desktop_notification_sound || FIRST_SOUND;
  const chosen = props.desktop_sound === "off" ? "off" : SOUND_NAMES.includes(props.desktop_notification_sound) ? props.desktop_notification_sound : "default";
  const all = [["default", t("channel_notify.default", { own })], ["off", t("channel_notify.no_sound")], ...SOUND_NAMES.map((name) => [name, name])];
  return h("div.field", h("label", { for: "channel-notify-sound" }, t("channel_notify.sound")),
    h("select", { id: "channel-notify-sound", name: "sound", onchange: ({ target }) => SOUND_NAMES.includes(target.value) && playSound(target.value) },
      all.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
}

/** Return how a choice of a sound is kept. */
const soundProps = (chosen) => ({
  desktop_sound: chosen === "default" ? "default" : chosen === "off" ? "off" : "on",
  desktop_notification_sound: SOUND_NAMES.includes(chosen) ? chosen : "default",
});

/** Open the notification settings of a channel or talk. */
export function channelNotificationsDialog(one) {
  const props = state.members.get(one.id)?.notify_props ?? {};
  const mine = state.me.notify_props ?? {};
  const muted = channels.isMuted(one.id);
  const levels = LEVELS.filter(([value]) => value !== "mention" || !channels.isPrivateTalk(one)); // all of a talk counts as a mention
  const level = (name) => chooser(name, levels, props[name] ?? "default", mine[name] ?? "mention");
  const threads = (name) => collapsed() && chooser(name, THREADS, props[name] ?? "default", mine[name] ?? "all");
  const ways = h("fieldset", { disabled: muted },
    h("legend.sr-only", t("channel_notify.title")),
    level("desktop"),
    threads("desktop_threads"),
    sounds(props, mine),
    isOn("SendPushNotifications") && level("push"),
    isOn("SendPushNotifications") && threads("push_threads"),
    isOn("SendEmailNotifications") && chooser("email", SENT, props.email ?? "default", mine.email ?? "true"));
  const mute = (event) => {
    ways.disabled = event.target.checked;
  };
  const contents = [
    check("muted", muted, { hint: "channel_notify.muted_hint", onchange: mute }),
    ways,
    !channels.isPrivateTalk(one) && check("ignored", channels.ignoresChannelMentions(one.id), { hint: "channel_notify.ignored_hint" }),
    (state.config.CollapsedThreads ?? "disabled") !== "disabled" && check("follow", props.channel_auto_follow_threads === "on", { hint: "channel_notify.follow_hint" }),
  ];
  const dialog = openDialog(t("channel_notify.of", { name: channels.channelName(one) }), form(contents, t("save"), async (values, element) => {
    await channels.setNotifyProps(one.id, changesOf(one.id, element));
    dialog.close();
    toast(t("saved"));
  }));
}

/** Return what differs from what is set: a setting that nobody touched goes on following the default. */
function changesOf(channelId, { elements }) {
  const props = state.members.get(channelId)?.notify_props ?? {};
  const wanted = { mark_unread: elements.muted.checked ? "mention" : "all" };
  for (const name of ["desktop", "desktop_threads", "push", "push_threads", "email"]) if (elements[name]) wanted[name] = elements[name].value;
  Object.assign(wanted, soundProps(elements.sound.value));
  if (elements.ignored && elements.ignored.checked !== elements.ignored.defaultChecked) wanted.ignore_channel_mentions = elements.ignored.checked ? "on" : "off";
  if (elements.follow) wanted.channel_auto_follow_threads = elements.follow.checked ? "on" : "off";
  const before = { ...DEFAULTS, ...props };
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => before[name] !== value));
}
