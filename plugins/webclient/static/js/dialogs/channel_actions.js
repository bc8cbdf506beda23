// The menu of a channel: notifications, renaming, its header, who sees it, members, leaving, archiving.

import { api } from "../lib/api.js";
import { copyText } from "../lib/clipboard.js";
import { absolute, go } from "../lib/router.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import * as channels from "../data/channels.js";
import { can } from "../data/session.js";
import { channelEntries } from "../views/sidebar_rows.js";
import { channelNotificationsDialog } from "./channel_notifications.js";
import { confirmDialog, field, FieldError, form, openDialog, toast, tryTo } from "./dialog.js";
import { addMembersDialog } from "./members.js";

/** Return the entries of a channel's menu, as `openMenu` takes them. */
export function channelMenuEntries(one) {
  const talk = channels.isPrivateTalk(one);
  const archived = one.delete_at > 0;
  const manage = channels.mayManage(one) && !archived;
  return [
    ...channelEntries(one),
    state.members.has(one.id) && { label: t("channel_notify.entry"), icon: "bell", onclick: () => channelNotificationsDialog(one) },
    { label: t("info.title"), icon: "info", onclick: () => showInfo(one) },
    { label: t("channel.copy_link"), icon: "link", onclick: () => copyLink(one) },
    null,
    !channels.isDirect(one) && { label: t("members.title"), icon: "people", onclick: () => showMembers(one) },
    !talk && !archived && channels.mayManageMembers(one) && { label: t("members.add"), icon: "plus", onclick: () => addMembersDialog(one) },
    (talk || manage) && { label: t("channel.edit_header"), icon: "edit", onclick: () => headerDialog(one) },
    !talk && manage && { label: t("channel.rename"), icon: "settings", onclick: () => renameDialog(one) },
    !archived && channels.mayConvert(one) && convertEntry(one),
    !talk && one.name !== "town-square" && null,
    !talk && !archived && one.name !== "town-square" && { label: t("channel.leave"), icon: "door", danger: true, onclick: () => leave(one) },
    !talk && archived && can("manage_team") && { label: t("channel.restore"), icon: "archive", onclick: () => restore(one) },
    !talk && !archived && channels.mayArchive(one) && { label: t("channel.archive"), icon: "archive", danger: true, onclick: () => archive(one) },
  ].filter((entry) => entry !== false);
}

async function copyLink(one) {
  await copyText(absolute(channels.channelPath(one)));
  toast(t("post.link_copied"));
}

/** Show what a channel is, in the panel. */
export function showInfo(one) {
  state.panel = { kind: "info", channelId: one.id };
  changed("panel");
}

function showMembers(one) {
  state.panel = { kind: "members", channelId: one.id };
  changed("panel");
}

async function patch(one, change) {
  const updated = await api.put(`/channels/${one.id}/patch`, change);
  state.channels.set(one.id, { ...one, ...updated });
  changed("channels");
}

/** Ask for the header of a channel or talk. */
export function headerDialog(one) {
  const contents = field({ label: t("channel.header"), name: "header", value: one.header, maxlength: 1024, multiline: true, rows: 3, hint: t("channel.header_hint"), autofocus: true });
  const dialog = openDialog(t("channel.edit_header"), form(contents, t("save"), async ({ header }) => {
    await patch(one, { header: header.trim() });
    dialog.close();
  }));
}

/** Ask for the name and the purpose of a channel. */
export function renameDialog(one) {
  const contents = [
    field({ label: t("channel.name"), name: "display_name", value: one.display_name, maxlength: 64, required: true, autofocus: true }),
    field({ label: t("channel.purpose"), name: "purpose", value: one.purpose, maxlength: 250, hint: t("channel.purpose_hint") }),
  ];
  const dialog = openDialog(t("channel.rename"), form(contents, t("save"), async ({ display_name, purpose }) => {
    if (!display_name.trim()) throw new FieldError("display_name", t("channel.need_name"));
    await patch(one, { display_name: display_name.trim(), purpose: purpose.trim() });
    dialog.close();
  }));
}

function convertEntry(one) {
  const [to, icon] = one.type === "P" ? ["public", "globe"] : ["private", "lock"];
  return { label: t(`channel.make_${to}`), icon, onclick: () => convert(one, to) };
}

async function convert(one, to) {
  const label = t(`channel.make_${to}`);
  if (!(await confirmDialog(label, t(`channel.make_${to}_text`, { name: one.display_name }), label, { danger: to === "public" }))) return;
  await tryTo(async () => {
    const { type } = await api.put(`/channels/${one.id}/privacy`, { privacy: to === "public" ? "O" : "P" });
    state.channels.set(one.id, { ...channels.channel(one.id), type });
    changed("channels");
  });
}

async function leave(one) {
  const text = one.type === "P" ? t("channel.leave_private_text", { name: one.display_name }) : t("channel.leave_text", { name: one.display_name });
  if (!(await confirmDialog(t("channel.leave"), text, t("channel.leave")))) return;
  await tryTo(async () => {
    await api.delete(`/channels/${one.id}/members/${state.me.id}`);
    channels.forget(one.id);
    go(`/${channels.team().name}/channels/town-square`);
  });
}

/** Bring an archived channel back. */
export async function restore(one) {
  await tryTo(async () => {
    await api.post(`/channels/${one.id}/restore`);
    await channels.loadChannel(one.id);
    await channels.loadCategories();
    toast(t("channel.restored", { name: one.display_name }));
  });
}

async function archive(one) {
  if (!(await confirmDialog(t("channel.archive"), t("channel.archive_text", { name: one.display_name }), t("channel.archive")))) return;
  await tryTo(() => api.delete(`/channels/${one.id}`));
}
