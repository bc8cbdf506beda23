// The site's own terms: asked of everybody who hasn't accepted those that count now, before anything else.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { href } from "../../lib/router.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { signOut } from "../../data/session.js";
import { confirmDialog, form } from "../../dialogs/dialog.js";
import { renderMarkdown } from "../../markdown/render.js";
import { card } from "../../views/entry.js";

/** The page; the terms are accepted there, or one is signed out. */
export async function termsPage() {
  const terms = await api.get("/terms_of_service");
  const decide = (accepted) => api.post("/users/me/terms_of_service", { serviceTermsId: terms.id, accepted });
  const refuse = h("button.quiet", { type: "button", onclick: async () => {
    if (!(await confirmDialog(t("terms.refuse"), t("terms.refuse_text"), t("terms.refuse")))) return;
    await decide(false).catch(() => null);
    await signOut();
    location.assign(href("/login"));
  } }, t("terms.refuse"));
  const text = fill(h("div.terms", { tabindex: "0", role: "region", "aria-label": t("terms.title") }), renderMarkdown(terms.text));
  const answer = form(null, t("terms.accept"), async () => {
    await decide(true);
    location.reload();
  }, { secondary: refuse });
  return card(t("terms.title"), t("terms.subtitle"), text, answer);
}
