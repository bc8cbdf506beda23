// Inviting people into the team: by its link, by mail (as members or as guests of some channels), and who is here already.

import { fill, h } from "../lib/dom.js";
import { copyText } from "../lib/clipboard.js";
import { api, query } from "../lib/api.js";
import { absolute } from "../lib/router.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { isPrivateTalk, mayManageMembers, team } from "../data/channels.js";
import { mayMailGuests, mayMailMembers } from "../data/invitations.js";
import { can } from "../data/session.js";
import { field, form, openDialog, toast } from "../dialogs/dialog.js";
import { PeoplePicker } from "../dialogs/pick_people.js";

const isOn = (key) => state.config[key] === "true";

export function inviteDialog() {
  const one = team();
  const dialog = openDialog(t("invite.title", { team: one.display_name }), [
    can("invite_user") && one.invite_id && byLink(one),
    (mayMailMembers() || mayMailGuests()) && byMail(one),
    can("add_user_to_team") && byAccount(one, () => dialog.close()),
  ], { wide: true });
}

function byLink(one) {
  const link = absolute(`/signup_user_complete?id=${one.invite_id}`);
  const shown = h("input", { type: "text", readonly: true, value: link, "aria-label": t("invite.link"), onfocus: (event) => event.target.select() });
  return h("section", h("h3", t("invite.link")), h("p.hint", t("invite.link_hint", { team: one.display_name })),
    h("div.search-form", shown, h("button.quiet", { type: "button", onclick: async () => {
      if (await copyText(link)) toast(t("post.link_copied"));
    } }, t("invite.copy"))));
}

function byAccount(one, close) {
  const picker = new PeoplePicker({ scope: { not_in_team_id: one.id }, nobody: t("invite.all_in") });
  picker.input.removeAttribute("autofocus");
  return h("section", h("h3", t("invite.existing")), form(picker.element, t("invite.add"), async () => {
    if (!picker.chosen.size) throw new Error(t("members.need_somebody"));
    const members = [...picker.chosen.keys()].map((user_id) => ({ team_id: one.id, user_id }));
    await api.post(`/teams/${one.id}/members/batch`, members);
    toast(t("invite.added", { count: members.length }));
    close();
  }));
}

function byMail(one) {
  const both = mayMailMembers() && mayMailGuests();
  const kinds = h("div", { role: "radiogroup", "aria-label": t("invite.as") }, ["member", "guest"].map((name, at) => h("label.choice",
    h("input", { type: "radio", name: "kind", value: name, checked: at === 0, onchange: () => adapt() }), h("span", h("strong", t(`invite.${name}`)), h("span.hint", t(`invite.${name}_hint`))))));
  const isGuest = (element) => !mayMailMembers() || (both && new FormData(element).get("kind") === "guest");
  const magic = h("label.check", { hidden: true }, h("input", { type: "checkbox", name: "magic" }), h("span", h("strong", t("invite.magic")), h("span.hint", t("invite.magic_hint"))));
  const legend = h("legend");
  const outcome = h("div", { role: "status" });
  const contents = [
    field({ label: t("invite.addresses"), name: "emails", multiline: true, rows: 2, hint: t("invite.addresses_hint"), autocomplete: "off" }),
    both && kinds,
    h("fieldset.channel-choice", legend, h("div.channel-boxes", channelBoxes(one))),
    field({ label: t("invite.message"), name: "message", multiline: true, rows: 2 }),
    magic,
  ];
  const element = form(contents, t("invite.send"), (values) => send(one, element, outcome, values, isGuest(element)));
  const adapt = () => {
    fill(legend, t(isGuest(element) ? "invite.guest_channels" : "invite.channels"));
    magic.hidden = !isGuest(element) || !isOn("EnableGuestMagicLink");
  };
  adapt();
  return h("section", h("h3", t("invite.by_mail")), element, outcome);
}

/** A box per channel that somebody can be taken into by me. */
function channelBoxes(one) {
  const mine = [...state.channels.values()].filter((channel) => channel.team_id === one.id && !isPrivateTalk(channel) && !channel.delete_at && mayManageMembers(channel));
  return mine.sort((a, b) => a.display_name.localeCompare(b.display_name))
    .map((channel) => h("label.check", h("input", { type: "checkbox", name: "channel", value: channel.id, checked: channel.id === state.channelId }), h("span", h("bdi", channel.display_name))));
}

async function send(one, element, outcome, values, guest) {
  const emails = values.emails.split(/[\s,;]+/).filter(Boolean);
  const chosen = new FormData(element).getAll("channel");
  if (!emails.length) throw new Error(t("invite.need_address"));
  if (guest && !chosen.length) throw new Error(t("invite.need_channel"));
  const message = values.message.trim();
  const magic = guest && values.magic === "on" && isOn("EnableGuestMagicLink");
  const results = guest
    ? await api.post(`/teams/${one.id}/invite-guests/email${query({ graceful: true, guest_magic_link: magic || "" })}`, { emails, channels: chosen, message })
    : await api.post(`/teams/${one.id}/invite/email?graceful=true`, { emails, channelIds: chosen, message });
  const failed = results.filter((result) => result.error);
  const sent = results.length - failed.length;
  fill(outcome,
    sent > 0 && h("p.good-news", t("invite.sent", { count: sent })),
    failed.map((result) => h("p.problem", h("strong", result.email), " ", result.error.message)));
  element.querySelector("[name=emails]").value = failed.map((result) => result.email).join("\n");
}
