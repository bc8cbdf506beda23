// Personal access tokens: for programs that work in one's own name.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { can } from "../../data/session.js";
import { confirmDialog, field, form, tryTo } from "../../dialogs/dialog.js";

export const tokensOffered = () => state.config.EnableUserAccessTokens === "true" && can("create_user_access_token");

/** The page of the settings: the tokens there are, and a form for a new one. Its secret is shown once. */
export function tokenSettings() {
  const list = h("ul.session-list", h("li.loading", t("loading")));
  const made = h("div", { role: "status" });
  const load = () => loadTokens(list, made);
  const create = form(field({ label: t("tokens.description"), name: "description", maxlength: 255, required: true, hint: t("tokens.description_hint") }), t("tokens.create"), async ({ description }, element) => {
    if (!description.trim()) throw new Error(t("tokens.need_description"));
    const token = await api.post("/users/me/tokens", { description: description.trim() });
    element.reset();
    fill(made, h("p", t("tokens.once")), h("input", { type: "text", readonly: true, value: token.token, "aria-label": t("tokens.secret"), onfocus: (event) => event.target.select() }));
    made.querySelector("input").focus();
    load();
  });
  load();
  return [h("p.hint", t("tokens.hint")), list, create, made];
}

async function loadTokens(list, made) {
  const found = (await tryTo(() => api.get("/users/me/tokens?per_page=200"))) ?? [];
  const remove = (one) => async () => {
    if (!(await confirmDialog(t("tokens.remove"), t("tokens.remove_text", { name: one.description }), t("tokens.remove")))) return;
    await tryTo(() => api.post("/users/tokens/revoke", { token_id: one.id }));
    fill(made);
    loadTokens(list, made);
  };
  const turn = (one) => () => tryTo(async () => {
    await api.post(`/users/tokens/${one.is_active ? "disable" : "enable"}`, { token_id: one.id });
    loadTokens(list, made);
  });
  const button = (label, one, onclick) => h("button.quiet.small", { type: "button", "aria-label": `${label}: ${one.description}`, onclick }, label);
  fill(list, found.map((one) => h("li.pick", h("div.grow", h("strong", one.description), !one.is_active && h("p.muted", t("tokens.inactive"))),
    button(t(one.is_active ? "tokens.off" : "tokens.on"), one, turn(one)), button(t("delete"), one, remove(one)))));
  if (!found.length) fill(list, h("li.empty", t("tokens.none")));
}
