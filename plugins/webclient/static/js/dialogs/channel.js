// Finding, joining and making channels.

import { debounce, fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { api } from "../lib/api.js";
import { go } from "../lib/router.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channelPath, create, join } from "../data/channels.js";
import { can } from "../data/session.js";
import { symbolOf } from "../views/sidebar_rows.js";
import { slug } from "../views/teams.js";
import { confirmDialog, field, FieldError, form, openDialog, tryTo, words } from "./dialog.js";

const PAGE = 50;

/** Browse the public channels of the team, and those that are archived. */
export function browseDialog() {
  let kind = "open";
  let page = 0;
  let turn = 0;
  const list = h("ul.pick-list", { "aria-live": "polite" });
  const more = h("button.quiet.block", { type: "button", hidden: true, onclick: () => load(page + 1) }, t("files.more"));
  const search = h("input", { type: "search", placeholder: t("browse.search"), "aria-label": t("browse.search"), oninput: debounce(() => load(), 200), autofocus: true });
  const make = can("create_public_channel") && h("button.quiet", { type: "button", onclick: () => {
    dialog.close();
    createChannelDialog();
  } }, icon("plus", 16), t("channel.create"));
  const choose = (wanted) => h("button", { type: "button", "aria-pressed": String(wanted === kind), onclick: (event) => {
    kind = wanted;
    for (const one of kinds.children) one.setAttribute("aria-pressed", String(one === event.target));
    load();
  } }, t(`browse.${wanted}`));
  const kinds = h("div.segments", { role: "group", "aria-label": t("channel.kind") }, choose("open"), choose("archived"));
  const load = async (wanted = 0) => {
    const asked = (turn += 1);
    try {
      const found = await look(kind, search.value.trim(), wanted);
      if (asked !== turn) return;
      page = wanted;
      more.hidden = found.length < PAGE || search.value.trim() !== "";
      const rows = found.filter((one) => kind === "archived" || (one.type === "O" && !one.delete_at)).map((one) => row(one, () => dialog.close()));
      if (page) list.append(...rows);
      else fill(list, rows.length ? rows : h("li.empty", t(`browse.none_${kind}`)));
    } catch (error) {
      fill(list, h("li.empty", { role: "alert" }, words(error)));
    }
  };
  const dialog = openDialog(t("channel.browse"), [h("div.search-form", search, make), kinds, list, more], { wide: true });
  load();
}

/** Archived channels can't be searched: of them the first few hundred are looked through here. */
async function look(kind, term, page) {
  const at = `/teams/${state.teamId}/channels`;
  if (kind === "archived" && !term) return api.get(`${at}/deleted?page=${page}&per_page=${PAGE}`);
  if (kind === "archived") return (await api.get(`${at}/deleted?per_page=200`)).filter((one) => one.display_name.toLowerCase().includes(term.toLowerCase()));
  return term ? api.post(`${at}/search`, { term }) : api.get(`${at}?page=${page}&per_page=${PAGE}`);
}

function row(one, close) {
  const mine = state.members.has(one.id) || one.delete_at > 0;
  const open = () => tryTo(async () => {
    const joined = mine ? one : await join(one.id);
    close();
    go(channelPath(joined ?? one));
  });
  const label = mine ? t("channel.open") : t("channel.join");
  return h("li.pick", icon(symbolOf(one), 16), h("div.grow", h("strong", h("bdi", one.display_name)), one.purpose && h("p.muted", h("bdi", one.purpose))),
    state.members.has(one.id) && h("span.muted.joined", icon("check", 14), t("browse.joined")),
    h("button.quiet.small", { type: "button", onclick: open, "aria-label": `${label} ${one.display_name}` }, label));
}

/** Make a channel. */
export function createChannelDialog() {
  const mayOpen = can("create_public_channel");
  const mayClose = can("create_private_channel");
  const kind = (value, symbol, label, hint, allowed, checked) => h("label.choice",
    h("input", { type: "radio", name: "type", value, checked, disabled: !allowed }), icon(symbol), h("span", h("strong", label), h("span.hint", hint)));
  const contents = [
    field({ label: t("channel.name"), name: "name", maxlength: 64, required: true, autofocus: true, placeholder: t("channel.name_example") }),
    field({ label: t("channel.purpose"), name: "purpose", maxlength: 250, hint: t("channel.purpose_hint") }),
    h("fieldset", h("legend", t("channel.kind")),
      kind("O", "globe", t("channel.public"), t("channel.public_hint"), mayOpen, mayOpen),
      kind("P", "lock", t("channel.private"), t("channel.private_hint"), mayClose, !mayOpen)),
  ];
  const dialog = openDialog(t("channel.create"), form(contents, t("channel.create_action"), async (values) => {
    const displayName = values.name.trim();
    if (!displayName) throw new FieldError("name", t("channel.need_name"));
    const address = slug(displayName);
    const name = address.length >= 2 ? address : `channel-${Date.now().toString(36)}`;
    const made = await create({ name, displayName, purpose: values.purpose.trim(), type: values.type });
    dialog.close();
    go(channelPath(made));
  }));
}

/** Ask whether to join a channel that one has an address of; returns it when joined. */
export async function joinDialog(one) {
  if (state.members.has(one.id)) return one;
  if (!(await confirmDialog(one.display_name, t("channel.join_text", { name: one.display_name }), t("channel.join"), { danger: false }))) return null;
  return tryTo(() => join(one.id));
}
