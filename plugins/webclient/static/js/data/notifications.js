// Desktop notifications and what screen readers hear of new messages.

import { announce } from "../lib/dom.js";
import { kept, state } from "../lib/store.js";
import { joined, t } from "../lib/i18n.js";
import { playOnce } from "../lib/sounds.js";
import { go } from "../lib/router.js";
import { channelName, channelPath, desktopLevel, isMuted, isPrivateTalk, team, threadLevel } from "./channels.js";
import { displayName } from "./users.js";

export const desktopOn = () => kept.get("desktop") === "on" && globalThis.Notification?.permission === "granted";

/** Ask the browser whether we may notify; returns whether it said yes. */
export async function allowDesktop(on) {
  if (on && globalThis.Notification && (await Notification.requestPermission()) !== "granted") return false;
  kept.set("desktop", on ? "on" : null);
  return on;
}

/** The sound for a channel: its own, else mine; null where there is to be none. */
export function soundOf(channelId) {
  const mine = state.me.notify_props ?? {};
  const own = state.members.get(channelId)?.notify_props ?? {};
  const on = ["on", "off"].includes(own.desktop_sound) ? own.desktop_sound === "on" : mine.desktop_sound !== "false";
  const named = (own.desktop_notification_sound ?? "default") !== "default" ? own : mine;
  return on ? (named.desktop_notification_sound ?? "") : null;
}

const said = (post) => post.message || (post.metadata?.files ?? []).map((file) => file.name).join(", ");

/** Whether I want to be told: of a reply in collapsed threads only what my setting for threads leaves. */
function isWanted(channel, { mentioned, followed, inThread }) {
  const level = desktopLevel(channel.id);
  if (level === "none") return false;
  if (mentioned) return true;
  if (inThread) return followed && threadLevel(channel.id) === "all";
  return level === "all" || isPrivateTalk(channel);
}

/** Tell the user of a message of somebody else, where that is wanted. */
export function notify(post, data, { mentioned, reading, inThread }) {
  const channel = state.channels.get(post.channel_id);
  if (!channel || post.type.startsWith("system_")) return;
  const sender = displayName(state.users.get(post.user_id) ?? { username: (data.sender_name ?? "").replace(/^@/, "") });
  if (reading) {
    announce(t("announce.message", { name: sender, text: said(post).slice(0, 200) }));
    return;
  }
  const followed = inThread && (data.followers ?? "").includes(state.me.id);
  if (!isWanted(channel, { mentioned, followed, inThread }) || isMuted(channel.id) || state.statuses.get(state.me.id) === "dnd" || !desktopOn()) return;
  const title = isPrivateTalk(channel) ? sender : joined([sender, channelName(channel)], " · ");
  // Silent: a sound of the system would come beside the chosen one, or in spite of none.
  const shown = new Notification(title, { body: said(post).slice(0, 160), tag: channel.id, silent: true });
  const sound = soundOf(channel.id);
  if (sound !== null) playOnce(sound);
  shown.onclick = () => {
    focus();
    go(inThread ? `/${team().name}/pl/${post.id}` : channelPath(channel));
    shown.close();
  };
}
