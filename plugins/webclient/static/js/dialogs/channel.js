// Finding, joining and making channels.

import { debounce, fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { api } from "../lib/api.js";
import { go } from "../lib/router.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channelPath, create, join } from "../data/channels.js";
import { can } from "../data/session.js";
import { slug } from "../views/teams.js";
import { confirmDialog, field, FieldError, form, openDialog, tryTo, words } from "./dialog.js";

/** Browse the public channels of the team. */
export function browseDialog() {
  const list = h("ul.pick-list", { "aria-live": "polite" });
  const search = h("input", { type: "search", placeholder: t("browse.search"), "aria-label": t("browse.search"), oninput: debounce(() => load(), 200), autofocus: true });
  const make = can("create_public_channel") && h("button.quiet", { type: "button", onclick: () => {
    dialog.close();
    createChannelDialog();
  } }, icon("plus", 16), t("channel.create"));
  const load = async () => {
    const term = search.value.trim();
    try {
      const found = term
        ? await api.post(`/teams/${state.teamId}/channels/search`, { term })
        : await api.get(`/teams/${state.teamId}/channels?per_page=100`);
      const open = found.filter((one) => one.type === "O" && !one.delete_at);
      fill(list, open.length ? open.map((one) => row(one, () => dialog.close())) : h("li.empty", t("browse.none")));
    } catch (error) {
      fill(list, h("li.empty", words(error)));
    }
  };
  const dialog = openDialog(t("channel.browse"), [h("div.search-form", search, make), list], { wide: true });
  load();
}

function row(one, close) {
  const mine = state.members.has(one.id);
  const open = () => tryTo(async () => {
    const joined = mine ? one : await join(one.id);
    close();
    go(channelPath(joined ?? one));
  });
  return h("li.pick", icon("hash", 16), h("div.grow", h("strong", h("bdi", one.display_name)), one.purpose && h("p.muted", h("bdi", one.purpose))),
    h("button.quiet.small", { type: "button", onclick: open, "aria-label": `${mine ? t("channel.open") : t("channel.join")} ${one.display_name}` }, mine ? t("channel.open") : t("channel.join")));
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
