// What stands above the first message of a channel.

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { fullTime } from "../lib/time.js";
import * as channels from "../data/channels.js";
import { can } from "../data/session.js";
import { createChannelDialog } from "../dialogs/channel.js";
import { inviteDialog } from "../dialogs/later.js";
import { addMembersDialog } from "../dialogs/members.js";
import { avatar } from "./people.js";
import { symbolOf } from "./sidebar_rows.js";

export function channelIntro(channelId) {
  const one = channels.channel(channelId);
  if (!one) return h("div");
  const name = channels.channelName(one);
  if (channels.isDirect(one)) {
    const partner = channels.partnerId(one);
    const text = partner === state.me.id ? t("intro.self") : t("intro.direct", { name });
    return h("div.intro", avatar(partner, 72), h("h2", h("bdi", name)), h("p", text));
  }
  if (channels.isGroup(one)) return h("div.intro", icon("people", 40), h("h2", h("bdi", name)), h("p", t("intro.group")));
  const more = one.name === "town-square" && (can("create_public_channel") || can("create_private_channel"))
    && h("button.quiet", { type: "button", onclick: createChannelDialog }, icon("plus", 16), t("channel.create"));
  const invite = one.delete_at ? null : one.name === "town-square"
    ? h("button.quiet", { type: "button", onclick: inviteDialog }, icon("people", 16), t("team.invite"))
    : h("button.quiet", { type: "button", onclick: () => addMembersDialog(one) }, icon("people", 16), t("members.add"));
  return h("div.intro", icon(symbolOf(one), 40), h("h2", h("bdi", name)),
    h("p", one.purpose ? h("bdi", one.purpose) : t("intro.channel", { name, date: fullTime(one.create_at) })), h("div.button-row", invite, more));
}
