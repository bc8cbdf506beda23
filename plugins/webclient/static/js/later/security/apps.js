// The applications that one has let use one's account.

import { fill, h } from "../../lib/dom.js";
import { api, attempt } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { confirmDialog, toast, tryTo } from "../../dialogs/dialog.js";
import { safeUrl } from "../../markdown/inline.js";

/** A section with all of them; it isn't there where there are none and can be none. */
export function authorisedApps() {
  const section = h("section", { hidden: true });
  draw(section);
  return section;
}

async function draw(section) {
  const found = await tryTo(() => attempt("authorised apps", () => api.get("/users/me/oauth/apps/authorized?per_page=200")));
  section.hidden = found === null;
  fill(section, h("h3", t("security.apps")), h("p.hint", t("security.apps_hint")),
    found?.length ? h("ul.session-list", found.map((one) => row(one, section))) : h("p.muted", t("security.no_apps")));
}

function row(one, section) {
  const take = async () => {
    if (!(await confirmDialog(t("security.take_back"), t("security.take_back_text", { name: one.name }), t("security.take_back")))) return;
    await tryTo(async () => {
      await api.post("/oauth/deauthorize", { client_id: one.id }, { root: true });
      toast(t("security.taken_back", { name: one.name }));
      await draw(section);
    });
  };
  const home = safeUrl(one.homepage ?? "");
  return h("li.pick",
    h("div.grow", h("strong", one.name), one.description && h("p.muted", one.description), home && h("p", h("a", { href: home, target: "_blank", rel: "noopener noreferrer" }, one.homepage))),
    h("button.quiet.small", { type: "button", "aria-label": `${t("security.take_back")}: ${one.name}`, onclick: take }, t("security.take_back")));
}
