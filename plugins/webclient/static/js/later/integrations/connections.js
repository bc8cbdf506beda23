// Outgoing OAuth connections: which addresses of webhooks and commands get access tokens, and how those are got.

import { api, query } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { act, button } from "../console/kit.js";
import { PER_PAGE } from "./page.js";

const PATH = "/oauth/outgoing_connections";
const byPassword = (values) => values.grant_type === "password";

/** The kind; nothing of it is of a team, so every team shows the same. */
export function connections() {
  const grants = () => ["client_credentials", "password"].map((name) => [name, t(`integrations.grant_${name}`)]);
  return {
    name: "outgoing_oauth_connections",
    icon: "link",
    load: (at) => api.get(`${PATH}${query({ page: at, per_page: PER_PAGE })}`),
    fields: async (one) => [
      { name: "name", required: true, max: 64 },
      { name: "oauth_token_url", required: true, max: 2048, hint: true, address: true },
      { name: "grant_type", kind: "select", options: grants(), value: "client_credentials" },
      { name: "client_id", required: true, max: 255 },
      { name: "client_secret", kind: "secret", required: !one, max: 255 },
      { name: "credentials_username", required: true, max: 255, when: byPassword },
      { name: "credentials_password", kind: "secret", required: !one?.credentials_username, max: 255, when: byPassword },
      { name: "audiences", kind: "lines", required: true, hint: true, address: true },
    ],
    create: (values) => api.post(PATH, values),
    update: (one, values) => api.put(`${PATH}/${one.id}`, { id: one.id, ...values }),
    trial: (values, one) => api.post(`${PATH}/validate`, { id: one?.id ?? "", ...values }),
    remove: (one) => api.delete(`${PATH}/${one.id}`),
    title: (one) => one.name,
    owner: (one) => one.creator_id,
    facts: (one) => [[t("integrations.audiences"), one.audiences.join(", ")], [t("integrations.oauth_token_url"), one.oauth_token_url], [t("integrations.grant_type"), t(`integrations.grant_${one.grant_type}`)], [t("integrations.client_id"), one.client_id], [t("integrations.credentials_username"), one.credentials_username]],
    copies: () => [],
    actions: (one) => button(t("integrations.trial"), () => act(() => api.post(`${PATH}/validate`, { id: one.id }), () => {}, t("console.works")), { about: one.name }),
  };
}
