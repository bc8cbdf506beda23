// What the address of a channel, a talk or a message leads to; and what is shown where it leads nowhere.

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { api } from "../lib/api.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import * as channels from "../data/channels.js";
import { keep } from "../data/users.js";
import { joinDialog } from "../dialogs/channel.js";

/** An address that leads nowhere for its reader; `kind` says what was looked for. */
export class NowhereError extends Error {
  constructor(kind) {
    super(t(`nowhere.${kind}`));
    this.kind = kind;
  }
}

/** Ask for something; what isn't there, or isn't for me to see, is null. */
async function ask(path) {
  try {
    return await api.get(path);
  } catch (error) {
    if ([400, 403, 404].includes(error.status)) return null;
    throw error;
  }
}

/** Return the channel of an address, joined if it has to be; null when that isn't wanted, or when none is named. */
export async function channelAt(kind, name) {
  const all = [...state.channels.values()];
  if (kind === "messages" && name?.startsWith("@")) return talkWith(name.slice(1));
  if (kind === "messages") return found(all.find((one) => one.name === name && channels.isPrivateTalk(one)), "channel");
  if (kind !== "channels" || !name) return null;
  const mine = all.find((one) => one.name === name && one.team_id === state.teamId);
  return mine ?? entered(await ask(`/teams/${state.teamId}/channels/name/${encodeURIComponent(name)}?include_deleted=true`));
}

function found(one, kind) {
  if (!one) throw new NowhereError(kind);
  return one;
}

/** A channel that isn't among mine yet: an archived one is looked at, an open one joined. */
async function entered(one, kind = "channel") {
  found(one, kind);
  if (!one.delete_at) return joinDialog(one);
  return (await channels.loadChannel(one.id)) ?? found(null, kind);
}

async function talkWith(username) {
  const user = found(await ask(`/users/username/${encodeURIComponent(username)}`), "person");
  keep(user);
  const there = [...state.channels.values()].find((one) => channels.isDirect(one) && channels.partnerId(one) === user.id);
  return there ?? channels.openTalk([user.id]);
}

/**
 * Return where a message is: { post, channel }; `channel` is null when its reader doesn't want to join it. { teamName } for one
 * of another team of mine.
 */
export async function messageAt(postId) {
  const post = found(await ask(`/posts/${encodeURIComponent(postId)}`), "message");
  const mine = state.channels.get(post.channel_id);
  if (mine) return { post, channel: mine };
  const one = found(await ask(`/channels/${post.channel_id}`), "message");
  if (one.team_id && one.team_id !== state.teamId) return { teamName: found(channels.team(one.team_id), "message").name };
  if (channels.isPrivateTalk(one)) return { post, channel: found(await channels.loadChannel(one.id), "message") };
  return { post, channel: await entered(one, "message") };
}

/** What is shown in place of a channel. */
export function nowherePage({ kind, message }, back) {
  const button = h("button.primary", { type: "button", onclick: back }, t("nowhere.back"));
  return h("div.nowhere", { role: "alert" }, icon(kind === "message" ? "thread" : "search", 40), h("h2", t(`nowhere.${kind}_title`)), h("p", message), button);
}
