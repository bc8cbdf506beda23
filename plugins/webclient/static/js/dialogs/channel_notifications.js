// What of a channel one is told of: its own settings, which go before those of one's own.

import { h } from "../lib/dom.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import * as channels from "../data/channels.js";
import { form, openDialog, toast } from "./dialog.js";

const LEVELS = [["all", "channel_notify.all"], ["mention", "channel_notify.mention"], ["none", "channel_notify.none"]];
const SENT = [["true", "channel_notify.sent"], ["false", "channel_notify.none"]];
const isOn = (key) => state.config[key] === "true";

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

/** Open the notification settings of a channel or talk. */
export function channelNotificationsDialog(one) {
  const props = state.members.get(one.id)?.notify_props ?? {};
  const mine = state.me.notify_props ?? {};
  const muted = channels.isMuted(one.id);
  const levels = LEVELS.filter(([value]) => value !== "mention" || !channels.isPrivateTalk(one)); // all of a talk counts as a mention
  const level = (name) => chooser(name, levels, props[name] ?? "default", mine[name] ?? "mention");
  const ways = h("fieldset", { disabled: muted },
    h("legend.sr-only", t("channel_notify.title")),
    level("desktop"),
    isOn("SendPushNotifications") && level("push"),
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
  for (const name of ["desktop", "push", "email"]) if (elements[name]) wanted[name] = elements[name].value;
  if (elements.ignored && elements.ignored.checked !== elements.ignored.defaultChecked) wanted.ignore_channel_mentions = elements.ignored.checked ? "on" : "off";
  if (elements.follow) wanted.channel_auto_follow_threads = elements.follow.checked ? "on" : "off";
  const before = { mark_unread: "all", desktop: "default", push: "default", email: "default", channel_auto_follow_threads: "off", ...props };
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => before[name] !== value));
}
