// Bot accounts, and applications that people sign in to with their accounts here (OAuth 2.0).

import { fill, h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { state } from "../../lib/store.js";
import { can } from "../../data/session.js";
import { FieldError, field, form, openDialog } from "../../dialogs/dialog.js";
import { act, askAndAct, button, Live, tag } from "../console/kit.js";
import { absolute } from "../../lib/router.js";
import { copies, examples } from "./copies.js";
import { get, json } from "./curl.js";
import { PER_PAGE } from "./page.js";

const system = (permission) => can(permission, { teamId: "" });

export const programs = (team) => [bots(team), apps()];

/** What a bot's program asks first: whether its token is good, and a message to everybody (once it is in the team). */
function tries(square, token) {
  const key = [`Authorization: Bearer ${token}`];
  const message = square && json(absolute("/api/v4/posts"), { channel_id: square.id, message: t("integrations.hello") }, key);
  return [[t("integrations.try_token"), get(absolute("/api/v4/users/me"), key)], message && [t("integrations.try_post"), message]].filter(Boolean);
}

function bots(team) {
  let square = null; // the channel of everybody, to try a bot in
  return {
    name: "bots",
    icon: "pulse",
    load: async (at) => {
      square ??= await api.get(`/teams/${team.id}/channels/name/town-square`).catch(() => null);
      return api.get(`/bots${query({ page: at, per_page: PER_PAGE, include_deleted: true })}`);
    },
    mayCreate: () => state.config.EnableBotAccountCreation === "true" && system("create_bot"),
    offHint: () => t("integrations.bots_off"),
    fields: async () => [{ name: "username", label: "bot_username", required: true, max: 64, hint: true }, { name: "display_name", max: 64 }, { name: "description", max: 1024 }],
    create: async (values) => {
      const bot = await api.post("/bots", values);
      const token = await api.post(`/users/${bot.user_id}/tokens`, { description: t("integrations.first_token") }).catch(() => null);
      return { ...bot, token: token?.token };
    },
    update: (one, values) => api.put(`/bots/${one.user_id}`, values),
    title: (one) => one.display_name || one.username,
    owner: (one) => one.owner_id,
    tags: (one) => (one.delete_at ? tag(t("console.off"), "bad") : tag(t("console.on"), "good")),
    facts: (one) => [[t("username"), `@${one.username}`]],
    examples: (one) => (one.token ? tries(square, one.token) : []),
    copies: (one) => (one.token ? [[t("integrations.access_token"), one.token, true]] : []),
    actions: (one, again) => [
      button(t("integrations.tokens"), () => tokensDialog(one, square), { about: one.username }),
      one.delete_at ? button(t("console.turn_on"), () => act(() => api.post(`/bots/${one.user_id}/enable`), again), { about: one.username })
        : button(t("console.turn_off"), () => askAndAct({ title: t("console.turn_off"), text: t("integrations.bot_off_text", { name: one.username }) }, () => api.post(`/bots/${one.user_id}/disable`), again), { danger: true, about: one.username }),
    ],
  };
}

/** The access tokens of a bot; a new one is shown once. */
function tokensDialog(bot, square) {
  const made = h("div", { role: "status" });
  const live = new Live(async () => {
    const found = await api.get(`/users/${bot.user_id}/tokens?per_page=200`);
    const remove = (one) => askAndAct({ title: t("delete"), text: t("console.token_text", { name: one.description }) }, () => api.post("/users/tokens/revoke", { token_id: one.id }), () => live.draw());
    if (!found.length) return h("p.muted", t("integrations.no_tokens"));
    return h("ul.session-list", found.map((one) => h("li.pick", h("strong.grow", h("bdi", one.description)), button(t("delete"), () => remove(one), { danger: true, about: one.description }))));
  });
  const create = form(field({ label: t("integrations.token_for"), name: "description", maxlength: 255, required: true }), t("integrations.new_token"), async ({ description }, element) => {
    if (!description.trim()) throw new FieldError("description", t("integrations.missing", { field: t("integrations.token_for") }));
    const token = await api.post(`/users/${bot.user_id}/tokens`, { description: description.trim() });
    element.reset();
    fill(made, h("p", t("integrations.once")), copies([[t("integrations.access_token"), token.token]], bot.username), examples(tries(square, token.token), bot.username));
    live.draw();
  });
  live.draw();
  openDialog(t("integrations.tokens_of", { name: bot.username }), [live.element, create, made], { wide: true });
}

function apps() {
  const path = "/oauth/apps";
  return {
    name: "oauth2-apps",
    icon: "lock",
    load: (at) => api.get(`${path}${query({ page: at, per_page: PER_PAGE })}`),
    fields: async (one) => [
      { name: "name", required: true, max: 64 },
      { name: "description", max: 512 },
      { name: "homepage", required: !one?.is_dynamically_registered, max: 256, hint: true, address: true },
      { name: "icon_url", label: "app_icon", max: 512, hint: true, address: true },
      { name: "callback_urls", label: "redirects", kind: "lines", required: true, hint: true },
      system("manage_system") && { name: "is_trusted", kind: "check", hint: true },
      !one && { name: "is_public", kind: "check", hint: true },
    ].filter(Boolean),
    create: (values) => api.post(path, values),
    update: (one, values) => api.put(`${path}/${one.id}`, { ...one, ...values }),
    regenerate: (one) => api.post(`${path}/${one.id}/regen_secret`),
    mayRegenerate: (one) => Boolean(one.client_secret),
    remove: (one) => api.delete(`${path}/${one.id}`),
    title: (one) => one.name,
    owner: (one) => one.creator_id,
    tags: (one) => [one.is_trusted && tag(t("integrations.trusted"), "good"), !one.client_secret && tag(t("integrations.public_client"))],
    facts: (one) => [[t("integrations.homepage"), one.homepage], [t("integrations.redirects"), (one.callback_urls ?? []).join(", ")]],
    examples: (one) => [[t("integrations.try_app"), absolute(`/oauth/authorize${query({ response_type: "code", client_id: one.id, redirect_uri: one.callback_urls?.[0] })}`)]],
    copies: (one) => [[t("integrations.client_id"), one.id], ...(one.client_secret ? [[t("integrations.client_secret"), one.client_secret, true]] : [])],
  };
}
