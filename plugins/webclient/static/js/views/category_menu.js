// What can be done with a category, and into which a channel can go.

import { h } from "../lib/dom.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channelName, collapse } from "../data/channels.js";
import { changeCategory, categoryOf, createCategory, mayHold, place, removeCategory, renameCategory } from "../data/categories.js";
import { markRead, unreadChannels } from "../data/reading.js";
import { confirmDialog, field, FieldError, form, openDialog, tryTo } from "../dialogs/dialog.js";
import { openMenu } from "./popup.js";

const LONGEST = 22;

export function categoryName(category) {
  const known = { favorites: "category.favorites", channels: "category.channels", direct_messages: "category.direct" };
  return category.type in known ? t(known[category.type]) : category.display_name;
}

/** Ask for the name of a category; `then(name)` does what it is for. */
export function nameDialog(title, value, then) {
  const input = field({ label: t("category.name"), name: "name", value, maxlength: LONGEST, required: true, autofocus: true });
  const dialog = openDialog(title, form(input, t("save"), async ({ name }) => {
    if (!name.trim()) throw new FieldError("name", t("category.need_name"));
    await then(name.trim());
    dialog.close();
  }));
}

export function openCategoryMenu(event, anchor, id) {
  event.preventDefault();
  const category = state.categories.find((one) => one.id === id);
  const own = category.type === "custom";
  const unread = unreadChannels().filter((one) => category.channel_ids.includes(one.id));
  const update = (change) => tryTo(() => changeCategory(category, change));
  const order = (sorting) => ({ label: t(`category.sort_${sorting}`), checked: sorting === (category.sorting || "alpha"), onclick: () => update({ sorting }) });
  const talks = category.type === "direct_messages";
  openMenu(anchor, [
    { label: t(category.collapsed ? "category.expand" : "category.collapse"), icon: "chevron", onclick: () => tryTo(() => collapse(category, !category.collapsed)) },
    unread.length > 0 && { label: t("category.mark_read"), icon: "check", onclick: () => tryTo(() => markRead(unread)) },
    !talks && { label: t(category.muted ? "category.unmute" : "category.mute"), icon: category.muted ? "bell" : "mute", onclick: () => update({ muted: !category.muted }) },
    !talks && null,
    ...(talks ? [] : ["alpha", "recent", "manual"].map(order)),
    null,
    own && { label: t("category.rename"), icon: "edit", onclick: () => nameDialog(t("category.rename"), category.display_name, (name) => renameCategory(category, name)) },
    { label: t("category.new"), icon: "plus", onclick: () => nameDialog(t("category.new"), "", (name) => createCategory(name)) },
    own && { label: t("category.remove"), icon: "trash", danger: true, onclick: () => remove(category) },
  ].filter((entry) => entry !== false), categoryName(category));
}

async function remove(category) {
  if (await confirmDialog(t("category.remove"), t("category.remove_text", { name: category.display_name }), t("category.remove"))) await tryTo(() => removeCategory(category));
}

/** Choose the category that a channel goes into, or make one for it. */
export function placesFor(channel) {
  const here = categoryOf(channel.id);
  const into = (category) => tryTo(async () => {
    dialog.close();
    await place(channel.id, category, category.channel_ids);
  });
  const fitting = state.categories.filter((one) => mayHold(one, channel));
  const rows = fitting.map((one) => h("li", h("button.switch-row", { type: "button", "aria-current": one === here ? "true" : null, onclick: () => into(one) }, h("bdi", categoryName(one)), one === here && h("span.muted", t("category.here")))));
  const make = h("button.quiet", { type: "button", onclick: () => {
    dialog.close();
    nameDialog(t("category.new"), "", (name) => createCategory(name, [channel.id]));
  } }, t("category.new"));
  const dialog = openDialog(t("category.move_title", { name: channelName(channel) }), [h("ul", rows), h("div.dialog-actions", make)]);
}
