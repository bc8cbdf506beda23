// Webhooks and slash commands: what a team has of them.

import { api, query } from "../../lib/api.js";
import { absolute } from "../../lib/router.js";
import { t } from "../../lib/i18n.js";
import { state } from "../../lib/store.js";
import { can } from "../../data/session.js";
import { FieldError } from "../../dialogs/dialog.js";
import { json, post } from "./curl.js";
import { PER_PAGE } from "./page.js";

const isOn = (key) => state.config[key] === "true";
const told = [{ name: "display_name", required: true, max: 64 }, { name: "description", max: 128 }];

/** Fields for another name and picture, where the server lets programs have them. */
const disguise = () => [
  isOn("EnablePostUsernameOverride") && { name: "username", max: 64, hint: true },
  isOn("EnablePostIconOverride") && { name: "icon_url", max: 1024, hint: true, address: true },
].filter(Boolean);

export const hooks = (team) => [incoming(team), outgoing(team), commands(team)];

/** The channels of a team that can be chosen: mine, and the public ones. */
async function channelsOf(team) {
  const lists = await Promise.all([api.get(`/users/me/teams/${team.id}/channels`), api.get(`/teams/${team.id}/channels?per_page=200`).catch(() => [])]);
  const all = new Map(lists.flat().filter((one) => one.team_id === team.id && !one.delete_at).map((one) => [one.id, one]));
  return all;
}

async function channelOptions(team, one) {
  const all = await channelsOf(team);
  const options = [...all.values()].map(({ id, display_name }) => [id, display_name]).sort((a, b) => a[1].localeCompare(b[1]));
  const there = one?.channel_id;
  if (there && !all.has(there)) options.push([there, names.get(there) ?? there]);
  return options;
}

const names = new Map();

/** Learn what the channels of these are called. */
async function withNames(found) {
  await Promise.all([...new Set(found.map((one) => one.channel_id))].filter((id) => id && !names.has(id)).map(async (id) => {
    const channel = await api.get(`/channels/${id}`).catch(() => null);
    names.set(id, channel?.display_name ?? id);
  }));
  return found;
}

function incoming(team) {
  const address = (one) => absolute(`/hooks/${one.id}`);
  return {
    name: "incoming_webhooks",
    icon: "down",
    load: async (at) => withNames(await api.get(`/hooks/incoming${query({ team_id: team.id, page: at, per_page: PER_PAGE })}`)),
    fields: async (one) => {
      const free = can("bypass_incoming_webhook_channel_lock", { teamId: team.id });
      const locked = { name: "channel_locked", kind: "check", hint: true, value: true, locked: !free && one?.channel_locked !== false };
      return [...told, { name: "channel_id", kind: "select", hint: true, options: await channelOptions(team, one) }, locked, ...disguise()];
    },
    create: (values) => api.post("/hooks/incoming", values),
    update: (one, values) => api.put(`/hooks/incoming/${one.id}`, { id: one.id, ...values }),
    remove: (one) => api.delete(`/hooks/incoming/${one.id}`),
    title: (one) => one.display_name || t("integrations.nameless"),
    owner: (one) => one.user_id,
    facts: (one) => [[t("integrations.channel_id"), names.get(one.channel_id)], [t("integrations.channel_locked"), t(one.channel_locked ? "console.yes" : "console.no")]],
    copies: (one) => [[t("integrations.address"), address(one)]],
    examples: (one) => [[t("integrations.try_incoming"), json(address(one), { text: t("integrations.hello") })]],
  };
}

function outgoing(team) {
  const when = () => [[0, t("integrations.when_exact")], [1, t("integrations.when_begins")]];
  return {
    name: "outgoing_webhooks",
    icon: "send",
    load: async (at) => withNames(await api.get(`/hooks/outgoing${query({ team_id: team.id, page: at, per_page: PER_PAGE })}`)),
    fields: async (one) => [
      ...told,
      { name: "channel_id", label: "watched", kind: "select", hint: true, options: [["", t("integrations.every_channel")], ...(await channelOptions(team, one))] },
      { name: "trigger_words", kind: "lines", hint: true },
      { name: "trigger_when", kind: "select", numeric: true, options: when(), value: 0 },
      { name: "callback_urls", kind: "lines", hint: true, required: true, address: true },
      { name: "content_type", kind: "select", options: [["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"], ["application/json", "application/json"]] },
      ...disguise(),
    ],
    create: (values) => {
      if (!values.channel_id && !values.trigger_words.length) throw new FieldError("trigger_words", t("integrations.need_trigger"));
      return api.post("/hooks/outgoing", { team_id: team.id, ...values });
    },
    update: (one, values) => api.put(`/hooks/outgoing/${one.id}`, { id: one.id, ...values }),
    regenerate: (one) => api.post(`/hooks/outgoing/${one.id}/regen_token`),
    remove: (one) => api.delete(`/hooks/outgoing/${one.id}`),
    title: (one) => one.display_name || t("integrations.nameless"),
    owner: (one) => one.creator_id,
    facts: (one) => [[t("integrations.watched"), one.channel_id ? names.get(one.channel_id) : t("integrations.every_channel")], [t("integrations.trigger_words"), (one.trigger_words ?? []).join(", ")], [t("integrations.callback_urls"), (one.callback_urls ?? []).join(", ")]],
    copies: (one) => [[t("integrations.token"), one.token, true]],
    examples: (one) => [[t("integrations.try_outgoing"), trialOf(one)], answers()],
  };
}

/** A message as the program gets it, for whoever wants to try the program alone. */
function trialOf(one) {
  const sent = { token: one.token, text: [one.trigger_words?.[0], t("integrations.hello")].filter(Boolean).join(" ") };
  return one.content_type === "application/json" ? json(one.callback_urls[0], sent) : post(one.callback_urls[0], sent);
}

const answers = () => [t("integrations.try_answer"), JSON.stringify({ text: t("integrations.hello") })];

function commands(team) {
  const methods = [["P", "POST"], ["G", "GET"]];
  return {
    name: "commands",
    icon: "code",
    whole: true,
    load: () => api.get(`/commands${query({ team_id: team.id, custom_only: true })}`),
    fields: async () => [
      ...told,
      { name: "trigger", required: true, max: 128, hint: true },
      { name: "url", required: true, max: 1024, hint: true, address: true },
      { name: "method", kind: "select", options: methods, value: "P" },
      { name: "auto_complete", kind: "check", value: true },
      { name: "auto_complete_hint", max: 1024, hint: true },
      { name: "auto_complete_desc", max: 1024, hint: true },
      ...disguise(),
    ],
    create: (values) => api.post("/commands", { team_id: team.id, ...spelled(values) }),
    update: (one, values) => api.put(`/commands/${one.id}`, { ...one, ...spelled(values) }),
    regenerate: (one) => api.put(`/commands/${one.id}/regen_token`),
    remove: (one) => api.delete(`/commands/${one.id}`),
    title: (one) => one.display_name || `/${one.trigger}`,
    owner: (one) => one.creator_id,
    facts: (one) => [[t("integrations.trigger"), `/${one.trigger} ${one.auto_complete_hint}`], [t("integrations.url"), `${one.method === "G" ? "GET" : "POST"} ${one.url}`]],
    copies: (one) => [[t("integrations.token"), one.token, true]],
    examples: (one) => [[t("integrations.try_command"), post(one.url, { token: one.token, command: `/${one.trigger}`, text: t("integrations.hello") }, one.method)], answers()],
  };
}

/** The word without the slash that people type before it. */
const spelled = (values) => ({ ...values, trigger: values.trigger.replace(/^\/+/, "").toLowerCase() });
