// What the server says over the WebSocket, and how it changes what the page knows.

import { Socket } from "../lib/socket.js";
import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import * as channels from "./channels.js";
import * as posts from "./posts.js";
import * as threads from "./threads.js";
import * as users from "./users.js";
import { openInteractive } from "../dialogs/later.js";
import { dropDraft, takeDraft } from "./drafts.js";
import { dropPreferences, keepPreferences } from "./preferences.js";
import { loadScheduled } from "./scheduled.js";
import { loadConfig, needRoles } from "./session.js";
import { notify } from "./notifications.js";
import { heardTyping, stoppedTyping } from "./typing.js";

const POLL_MS = 5000;
const AGAIN_MS = 2000;
const UNCOUNTED = new Set(
  ("system_join_leave system_join_channel system_leave_channel system_add_remove system_add_to_channel " +
    "system_remove_from_channel system_join_team system_leave_team system_add_to_team system_remove_from_team").split(" "),
);

let socket = null;
let held = []; // events that come before the first state is read
let polling = 0;

/** Connect; events are held until `ready()`. */
export function connect() {
  socket = new Socket(state.config.WebsocketURL, {
    event: (message) => (held ? held.push(message) : handle(message)),
    fresh: () => reload(),
    begun: () => fillGap(),
    connection: showConnection,
  });
  socket.open();
}

export function ready() {
  const early = held ?? [];
  held = null;
  early.forEach(handle);
}

export function disconnect() {
  socket?.close();
  socket = null;
  held = [];
  clearInterval(polling);
}

export const sendTyping = (channelId, rootId) =>
  socket?.send("user_typing", { channel_id: channelId, parent_id: rootId });

function showConnection(status) {
  const shown = status === "blocked" ? "polling" : status;
  if (state.connection === shown) return;
  state.connection = shown;
  clearInterval(polling);
  if (shown === "polling") {
    polling = setInterval(poll, POLL_MS);
    poll();
  }
  if (shown === "live") {
    users.refreshStatuses();
    posts.sendWaiting();
  }
  changed("connection");
}

/** What was read before the connection began may lack what happened until then. */
async function fillGap() {
  try {
    if (!held && state.teamId) await channels.loadTeam(state.teamId);
    if (state.channelId) await posts.catchUp(state.channelId);
    await users.refresh();
  } catch {
    setTimeout(reload, AGAIN_MS);
  }
}

/** Read everything again that events would have told: the connection began anew. */
async function reload() {
  loadConfig().catch(() => {}); // the server may be another one by now
  if (!state.me || !state.teamId) return;
  const done = await Promise.allSettled([channels.loadTeams(), channels.loadTeam(state.teamId), posts.forgetAll(state.channelId), users.refresh()]);
  if (done.some((one) => one.status === "rejected") || posts.windowOf(state.channelId).failed) {
    setTimeout(reload, AGAIN_MS); // the network may come back in pieces
    return;
  }
  if (state.panel?.rootId) await posts.openThread(state.panel.rootId);
}

async function poll() {
  if (document.hidden) return;
  try {
    await channels.loadTeam(state.teamId);
    posts.sendWaiting();
    await posts.catchUp(state.channelId);
    if (document.hasFocus()) await channels.view(state.channelId);
  } catch {
    // The next round tries again.
  }
}

function handle(message) {
  const handler = handlers[message.event];
  if (handler) handler(message.data ?? {}, message.broadcast ?? {});
}

/** A message that we alone see; one with an id that we know takes the other's place. */
function shownToMe(post) {
  if (posts.known(post.id)) posts.edited(post);
  else posts.arrived(post);
}

const handlers = {
  posted: (data) => posted(JSON.parse(data.post), data),
  ephemeral_message: (data) => shownToMe(JSON.parse(data.post)),
  open_dialog: (data) => openInteractive(JSON.parse(data.dialog)),
  post_edited: (data) => posts.edited(JSON.parse(data.post)),
  post_deleted: (data) => posts.removed(JSON.parse(data.post)),
  post_unread: (data, { channel_id }) => markedUnread(data, channel_id),
  reaction_added: (data) => posts.reacted(JSON.parse(data.reaction), true),
  reaction_removed: (data) => posts.reacted(JSON.parse(data.reaction), false),
  thread_updated: (data) => threadUpdated(JSON.parse(data.thread)),
  thread_read_changed: () => threadsChanged(),
  thread_follow_changed: (data) => {
    const root = posts.known(data.thread_id);
    if (root) posts.threadChanged({ ...root, is_following: data.state });
    threadsChanged();
  },
  draft_created: (data) => takeDraft(JSON.parse(data.draft)),
  draft_updated: (data) => takeDraft(JSON.parse(data.draft)),
  scheduled_post_created: () => loadScheduled(),
  scheduled_post_updated: () => loadScheduled(),
  scheduled_post_deleted: () => loadScheduled(),
  draft_deleted: (data) => dropDraft(JSON.parse(data.draft)),
  typing: (data, { channel_id }) => heardTyping(channel_id, data.parent_id, data.user_id),
  status_change: (data) => {
    state.statuses.set(data.user_id, data.status);
    changed("statuses");
  },
  user_updated: (data) => {
    const user = typeof data.user === "string" ? JSON.parse(data.user) : data.user;
    users.keep(user);
    if (user.id === state.me.id) changed("me");
    changed("users");
  },
  new_user: (data) => users.lookAgain(data.user_id),
  preferences_changed: (data) => keepPreferences(JSON.parse(data.preferences)),
  preference_changed: (data) => keepPreferences([JSON.parse(data.preference)]),
  preferences_deleted: (data) => dropPreferences(JSON.parse(data.preferences)),
  sidebar_category_created: () => channels.loadCategories(),
  sidebar_category_updated: () => channels.loadCategories(),
  sidebar_category_deleted: () => channels.loadCategories(),
  sidebar_category_order_updated: () => channels.loadCategories(),
  multiple_channels_viewed: (data) => Object.entries(data.channel_times ?? {}).forEach(viewedElsewhere),
  channel_viewed: (data) => viewedElsewhere([data.channel_id, Date.now()]),
  channel_updated: (data) => keepChannel(JSON.parse(data.channel)),
  channel_created: (data) => data.team_id === state.teamId && channels.loadChannel(data.channel_id),
  channel_converted: (data) => channels.loadChannel(data.channel_id),
  channel_restored: (data) => appeared(data.channel_id),
  channel_deleted: (data) => archived(data.channel_id, data.delete_at),
  channel_member_updated: (data) => {
    const member = JSON.parse(data.channelMember);
    if (member.user_id !== state.me.id) return;
    state.members.set(member.channel_id, { ...state.members.get(member.channel_id), ...member });
    changed("channels");
  },
  direct_added: (data, { channel_id }) => appeared(channel_id),
  group_added: (data, { channel_id }) => appeared(channel_id),
  user_added: (data, { channel_id }) => memberAdded(channel_id, data.user_id),
  user_removed: (data, broadcast) => memberRemoved(data.channel_id || broadcast.channel_id, data.user_id),
  added_to_team: () => channels.loadTeams(),
  leave_team: (data) => data.user_id === state.me.id && leftTeam(data.team_id),
  delete_team: (data) => leftTeam(JSON.parse(data.team).id),
  update_team: (data) => {
    const team = JSON.parse(data.team);
    if (state.teams.has(team.id)) state.teams.set(team.id, { ...state.teams.get(team.id), last_team_icon_update: 0, ...team });
    changed("teams");
  },
  memberrole_updated: () => channels.loadTeams(),
  role_updated: (data) => {
    const role = JSON.parse(data.role);
    state.roles.set(role.name, new Set(role.permissions));
    changed("channels");
  },
  user_role_updated: (data) => data.user_id === state.me.id && becameSomebody(),
  config_changed: () => loadConfig(),
};

function threadUpdated(thread) {
  posts.threadChanged(thread);
  threadsChanged();
}

function threadsChanged() {
  threads.countSoon();
  changed("threads");
}

/** Whether somebody looks at the end of where a message stands. */
function isRead(post, collapsed) {
  if (!document.hasFocus() || document.hidden) return false;
  return collapsed ? state.panel?.rootId === post.root_id : post.channel_id === state.channelId;
}

async function posted(post, data) {
  const mine = post.user_id === state.me.id;
  const mentioned = !mine && (data.mentions ?? "").includes(state.me.id);
  stoppedTyping(post.channel_id, post.root_id, post.user_id);
  if (data.set_online && !mine) state.statuses.set(post.user_id, state.statuses.get(post.user_id) ?? "online");
  const channel = state.channels.get(post.channel_id);
  if (channel) count(channel, post, { mine, mentioned });
  else if (data.team_id && data.team_id !== state.teamId) channels.loadTeamUnreads();
  else await appeared(post.channel_id);
  posts.arrived(post);
  const inThread = Boolean(post.root_id) && threads.collapsed();
  const reading = isRead(post, inThread);
  if (!mine) notify(post, data, { mentioned, reading, inThread });
  if (inThread) return;
  if (reading && !mine && posts.windowOf(post.channel_id).following) viewSoon(post.channel_id);
}

function count(channel, post, { mine, mentioned }) {
  channel.last_post_at = Math.max(channel.last_post_at, post.create_at);
  const member = state.members.get(channel.id);
  if (!UNCOUNTED.has(post.type)) {
    channel.total_msg_count += 1;
    if (!post.root_id) channel.total_msg_count_root += 1;
    if (mine && member) member.msg_count = Math.max(member.msg_count, 0) + 1;
    if (mine && member && !post.root_id) member.msg_count_root = Math.max(member.msg_count_root, 0) + 1;
  }
  if (mentioned && member) member.mention_count += 1;
  if (mentioned && member && !post.root_id) member.mention_count_root += 1;
  changed("channels");
}

let viewing = 0;

function viewSoon(channelId) {
  clearTimeout(viewing);
  viewing = setTimeout(() => channels.view(channelId), 300);
}

function viewedElsewhere([channelId, time]) {
  const channel = state.channels.get(channelId);
  const member = state.members.get(channelId);
  if (!channel || !member || channel.last_post_at > time) return;
  channels.seen(channel, member, time);
}

function markedUnread(data, channelId) {
  const member = state.members.get(channelId);
  if (!member) return;
  Object.assign(member, {
    msg_count: data.msg_count, msg_count_root: data.msg_count_root, mention_count: data.mention_count,
    mention_count_root: data.mention_count_root, last_viewed_at: data.last_viewed_at,
  });
  posts.windowOf(channelId).seenUntil = data.last_viewed_at;
  state.keptUnread = channelId;
  changed("channels", `posts:${channelId}`);
}

function keepChannel(channel) {
  if (!state.channels.has(channel.id)) return;
  const { total_msg_count, total_msg_count_root, last_post_at } = state.channels.get(channel.id);
  state.channels.set(channel.id, { ...channel, total_msg_count, total_msg_count_root, last_post_at });
  changed("channels");
}

function archived(id, at) {
  const channel = state.channels.get(id);
  if (!channel) return;
  channel.delete_at = at;
  changed("channels");
}

async function appeared(channelId) {
  await channels.loadChannel(channelId);
  await channels.loadCategories();
}

function memberAdded(channelId, userId) {
  if (userId === state.me.id) return appeared(channelId);
  users.need([userId]);
  changed(`members:${channelId}`);
}

function memberRemoved(channelId, userId) {
  if (userId === state.me.id || !userId) {
    channels.forget(channelId);
    changed("left");
  }
  changed(`members:${channelId}`);
}

function leftTeam(id) {
  state.teams.delete(id);
  changed("teams", "left");
}

async function becameSomebody() {
  state.me = await api.get("/users/me");
  await needRoles([state.me.roles]);
  changed("me", "channels");
}
