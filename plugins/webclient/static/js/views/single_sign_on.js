// Ways to sign in that lead over another site: their buttons, and the page that passes a session on to the desktop app.

import { h } from "../lib/dom.js";
import { BASE } from "../lib/api.js";
import { href } from "../lib/router.js";
import { kept, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";

/**
 * Key of the client configuration, address before the action, the text's key there, the colour's, the name otherwise, and
 * what accounts call it (`auth_service`).
 */
export const WAYS = [
  ["EnableSaml", "/login/sso/saml?action=", "SamlLoginButtonText", "SamlLoginButtonColor", "SAML", "saml"],
  ["EnableSignUpWithGitLab", "/oauth/gitlab/", "GitLabButtonText", "GitLabButtonColor", "GitLab", "gitlab"],
  ["EnableSignUpWithGoogle", "/oauth/google/", "", "", "Google", "google"],
  ["EnableSignUpWithOffice365", "/oauth/office365/", "", "", "Microsoft", "office365"],
  ["EnableSignUpWithOpenId", "/oauth/openid/", "OpenIdButtonText", "OpenIdButtonColor", "OpenID Connect", "openid"],
];

/** What a way to sign in is called, by the `auth_service` of an account. */
export const serviceName = (service) => WAYS.find(([, , , , , own]) => own === service)?.[4] ?? (service === "ldap" ? "LDAP" : service);

/** Return a button per way that the server has, for the page `action` (login or signup); null for none. */
export function signOnButtons(action) {
  const buttons = WAYS.filter(([on]) => state.config[on] === "true").map(([, path, text, colour, name]) => {
    const said = state.config[text];
    const label = !said || said === name ? t("login.with", { name }) : said;
    const given = query(action);
    const address = href(path + action) + (given && (path.includes("?") ? "&" : "?") + given);
    const button = h("a.quiet.block", { href: address, onclick: () => kept.set("wanted", null) }, label);
    if (CSS.supports("color", state.config[colour] || "")) button.style.setProperty("border-color", state.config[colour]);
    return button;
  });
  return buttons.length ? h("div.sign-on", buttons) : null;
}

/** Where to go afterwards, or which invitation it is. */
function query(action) {
  const given = new URLSearchParams(location.search);
  const sent = new URLSearchParams();
  const wanted = given.get("redirect_to") || kept.get("wanted");
  if (wanted) sent.set("redirect_to", wanted);
  if (action === "signup") for (const name of ["id", "t"]) if (given.get(name)) sent.set(name, given.get(name));
  return sent.toString();
}

/** /login/desktop: somebody has signed in with the browser; only the app that began knows its half of the secret. */
export function desktopPage(card) {
  const app = `mattermost://${location.host}${BASE}/login/desktop${location.search}`;
  const open = h("a.primary.block", { href: app, autofocus: true }, t("desktop.open"));
  return card(t("desktop.title"), t("desktop.text"), h("p.after", open));
}
