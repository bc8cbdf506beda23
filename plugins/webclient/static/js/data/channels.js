// Teams, channels, memberships: loading, what is unread, and what can be done with them.

import { api, ApiError } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { can, needRoles } from "./session.js";
import { displayName, need, user } from "./users.js";
import { preference, savePreferences } from "./preferences.js";
import { collapsed, countSoon } from "./threads.js";

export const channel = (id = state.channelId) => state.channels.get(id) ?? null;
export const team = (id = state.teamId) => state.teams.get(id) ?? null;
export const isDirect = (one) => one.type === "D";
export const isGroup = (one) => one.type === "G";
export const isPrivateTalk = (one) => one.type === "D" || one.type === "G";

/** Read my teams. */
export async function loadTeams() {
  const [teams, members] = await Promise.all([api.get("/users/me/teams"), api.get("/users/me/teams/members")]);
  state.teams = new Map(teams.filter((one) => !one.delete_at).map((one) => [one.id, one]));
  state.teamMembers = new Map(members.filter((one) => !one.delete_at).map((one) => [one.team_id, one]));
  changed("teams");
  loadTeamUnreads();
}

export async function loadTeamUnreads() {
  if (state.teams.size < 2) return;
  const list = await api.get("/users/me/teams/unread?include_collapsed_threads=true").catch(() => []);
  const inThreads = ({ team_id, msg_count_root, mention_count_root, thread_count, thread_mention_count }) =>
    ({ team_id, msg_count: msg_count_root + thread_count, mention_count: mention_count_root + thread_mention_count });
  state.teamUnreads = new Map(list.map((one) => [one.team_id, collapsed() ? inThreads(one) : one]));
  changed("teams");
}

/** Read the channels of a team and make it the current one. */
export async function loadTeam(teamId) {
  const at = `/users/me/teams/${teamId}/channels`;
  const [channels, members, categories] = await Promise.all([
    api.get(at),
    api.get(`${at}/members`),
    api.get(`${at}/categories`),
  ]);
  for (const [id, one] of state.channels) if (one.team_id !== teamId) state.channels.delete(id);
  for (const one of channels) state.channels.set(one.id, one);
  const present = new Set(channels.map((one) => one.id));
  for (const id of state.channels.keys()) if (!present.has(id)) state.channels.delete(id);
  state.members = new Map(members.map((one) => [one.channel_id, one]));
  keepCategories(categories);
  if (state.teamId !== teamId) state.unreadThreads = { threads: 0, mentions: 0 };
  state.teamId = teamId;
  const roles = [state.me.roles, state.teamMembers.get(teamId)?.roles ?? "", ...members.map((one) => one.roles)];
  await needRoles([...new Set(roles)]);
  needPartners();
  countSoon();
  changed("teams", "channels", "categories");
}

function keepCategories({ categories, order }) {
  const byId = new Map(categories.map((one) => [one.id, one]));
  state.categories = order.map((id) => byId.get(id)).filter(Boolean);
}

export async function loadCategories() {
  keepCategories(await api.get(`/users/me/teams/${state.teamId}/channels/categories`));
  changed("categories");
}

/** Read a channel and my membership again; forgets it when it is no longer mine to see. */
export async function loadChannel(id) {
  try {
    const [one, member] = await Promise.all([api.get(`/channels/${id}`), api.get(`/channels/${id}/members/me`)]);
    if (one.team_id && one.team_id !== state.teamId) return null;
    state.channels.set(id, one);
    state.members.set(id, member);
    await needRoles([member.roles]);
    needPartners();
    changed("channels");
    return one;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) forget(id);
    return null;
  }
}

export function forget(id) {
  state.channels.delete(id);
  state.members.delete(id);
  changed("channels");
}

/** The other person of a direct channel (myself in a talk with myself). */
export const partnerId = (one) => one.name.split("__").find((id) => id !== state.me.id) ?? state.me.id;

function needPartners() {
  const ids = [...state.channels.values()].filter(isDirect).map(partnerId);
  need(ids, { statuses: true });
}

export function channelName(one) {
  if (!one) return "";
  if (isDirect(one)) {
    const name = displayName(user(partnerId(one)));
    return partnerId(one) === state.me.id ? t("dm.self", { name }) : name;
  }
  if (isGroup(one)) return one.display_name.split(", ").filter((name) => name !== state.me.username).join(", ");
  return one.display_name;
}

export function channelPath(one) {
  const name = team()?.name ?? "";
  if (isDirect(one)) return `/${name}/messages/@${user(partnerId(one))?.username ?? partnerId(one)}`;
  if (isGroup(one)) return `/${name}/messages/${one.name}`;
  return `/${name}/channels/${one.name}`;
}

export const isMuted = (id) => state.members.get(id)?.notify_props?.mark_unread === "mention";

/** Whether @channel and its like are nothing to me there: by choice, or because it is muted. */
export function ignoresChannelMentions(id) {
  const choice = state.members.get(id)?.notify_props?.ignore_channel_mentions ?? "default";
  return choice === "on" || (choice === "default" && isMuted(id));
}

/** How much of a channel I want to be told on my desk: all, mention or none. */
export function desktopLevel(id) {
  const own = state.members.get(id)?.notify_props?.desktop ?? "default";
  return own === "default" ? (state.me.notify_props?.desktop ?? "mention") : own;
}

/** Whether a channel has messages that I haven't seen; replies count where they are shown. */
export function hasNews(one) {
  const member = state.members.get(one?.id);
  if (!member) return false;
  return collapsed() ? (one.total_msg_count_root ?? 0) > member.msg_count_root : one.total_msg_count > member.msg_count;
}

/** How much of the threads I follow there I want to be told on my desk: all or mention. */
export function threadLevel(id) {
  const own = state.members.get(id)?.notify_props?.desktop_threads ?? "default";
  return own === "default" ? (state.me.notify_props?.desktop_threads ?? "all") : own;
}

/** Return { unread, mentions } of a channel. */
export function unreadOf(one) {
  const member = state.members.get(one.id);
  if (!member || one.delete_at) return { unread: false, mentions: 0 };
  const mentions = (collapsed() ? member.mention_count_root : member.mention_count) ?? 0;
  return { unread: (hasNews(one) && !isMuted(one.id)) || mentions > 0, mentions };
}

/** Note here that all of a channel is seen. */
export function seen(one, member, time) {
  Object.assign(member, {
    msg_count: one.total_msg_count, msg_count_root: one.total_msg_count_root, mention_count: 0, mention_count_root: 0, last_viewed_at: time,
  });
  changed("channels");
}

/** Mark a channel as read here and on the server. */
export async function view(id) {
  const one = channel(id);
  const member = state.members.get(id);
  if (!one || !member || state.keptUnread === id) return;
  if (member.msg_count < one.total_msg_count || member.mention_count) seen(one, member, Math.max(Date.now(), one.last_post_at));
  await api.post("/channels/members/me/view", { channel_id: id, prev_channel_id: "", collapsed_threads_supported: collapsed() }).catch(() => {});
}

// -- what can be done

export async function create({ name, displayName, purpose, type }) {
  const made = await api.post("/channels", {
    team_id: state.teamId, name, display_name: displayName, purpose, header: "", type,
  });
  await loadChannel(made.id);
  loadCategories();
  return made;
}

export async function join(id) {
  await api.post(`/channels/${id}/members`, { user_id: state.me.id });
  const joined = await loadChannel(id);
  loadCategories();
  return joined;
}

/** Open the talk with some people (one: a direct channel, more: a group). */
export async function openTalk(userIds) {
  const made =
    userIds.length > 1
      ? await api.post("/channels/group", [state.me.id, ...userIds])
      : await api.post("/channels/direct", [state.me.id, userIds[0] ?? state.me.id]);
  const category = userIds.length > 1 ? "group_channel_show" : "direct_channel_show";
  await savePreferences([category, userIds.length > 1 ? made.id : (userIds[0] ?? state.me.id), "true"]);
  await loadChannel(made.id);
  loadCategories();
  return made;
}

export async function closeTalk(one) {
  const [category, name] = isGroup(one) ? ["group_channel_show", one.id] : ["direct_channel_show", partnerId(one)];
  await savePreferences([category, name, "false"]);
}

/** Whether a talk is listed: not closed, or with something unread. */
export function isListed(one) {
  if (one.delete_at && one.id !== state.channelId) return false;
  if (!isPrivateTalk(one) || one.id === state.channelId || unreadOf(one).unread) return true;
  const shown = isGroup(one) ? preference("group_channel_show", one.id) : preference("direct_channel_show", partnerId(one));
  return shown === "true" || (shown === "" && one.last_post_at > 0);
}

/** Change some of my notify_props of a channel, once the server has taken them. */
export async function setNotifyProps(id, props) {
  await api.put(`/channels/${id}/members/me/notify_props`, { ...props, user_id: state.me.id, channel_id: id });
  const member = state.members.get(id);
  if (member) member.notify_props = { ...member.notify_props, ...props };
  changed("channels");
}

export const mute = (id, muted) => setNotifyProps(id, { mark_unread: muted ? "mention" : "all" });

/** Move a channel to the top of a category of mine (favourites, or back to where its kind belongs). */
export async function moveTo(id, type) {
  const target = state.categories.find((one) => one.type === type);
  if (!target) return;
  const update = { ...target, channel_ids: [id, ...target.channel_ids.filter((other) => other !== id)] };
  for (const one of state.categories) one.channel_ids = one.channel_ids.filter((other) => other !== id);
  target.channel_ids = update.channel_ids;
  changed("categories");
  await api.put(`/users/me/teams/${state.teamId}/channels/categories/${target.id}`, update);
}

export const isFavourite = (id) =>
  state.categories.some((one) => one.type === "favorites" && one.channel_ids.includes(id));

export const homeOf = (one) => (isPrivateTalk(one) ? "direct_messages" : "channels");

export async function collapse(category, collapsed) {
  category.collapsed = collapsed;
  changed("categories");
  await api.put(`/users/me/teams/${state.teamId}/channels/categories/${category.id}`, category);
}

export const mayManage = (one) =>
  can(one.type === "P" ? "manage_private_channel_properties" : "manage_public_channel_properties", { channelId: one.id });

export const mayArchive = (one) =>
  one.name !== "town-square" &&
  can(one.type === "P" ? "delete_private_channel" : "delete_public_channel", { channelId: one.id });

/** Whether I may make a public channel private, or a private one public. */
export const mayConvert = (one) =>
  !isPrivateTalk(one) && one.name !== "town-square" &&
  can(one.type === "P" ? "convert_private_channel_to_public" : "convert_public_channel_to_private", { channelId: one.id });

export const mayManageMembers = (one) =>
  can(one.type === "P" ? "manage_private_channel_members" : "manage_public_channel_members", { channelId: one.id });
