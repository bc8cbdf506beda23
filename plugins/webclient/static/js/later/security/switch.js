// The way of signing in: which it is, and changing it. The server ends all sessions once it has changed.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { href } from "../../lib/router.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { field, form } from "../../dialogs/dialog.js";
import { serviceName, WAYS } from "../../views/single_sign_on.js";

const EMAIL = "email";
const LDAP = "ldap";
const MAGIC_LINK = "magic_link";

const isOn = (key) => state.config[key] === "true";
const mine = () => state.me.auth_service || EMAIL;

/** What a way is called. */
function nameOf(service) {
  if (service === EMAIL) return t("security.way_email");
  if (service === LDAP) return t("security.way_ldap");
  if (service === MAGIC_LINK) return t("security.way_magic_link");
  return serviceName(service);
}

/** The ways that can be changed to: from a password to all that are on, from those back to a password. */
function others() {
  if (!isOn("ExperimentalEnableAuthenticationTransfer")) return [];
  if (mine() !== EMAIL) return isOn("EnableSignInWithEmail") || isOn("EnableSignInWithUsername") ? [EMAIL] : [];
  return [isOn("EnableLdap") && LDAP, ...WAYS.map(([key, , , , , service]) => isOn(key) && service)].filter(Boolean);
}

/** Fill `place` with the way there is and buttons to the others; returns it. */
export function signInMethod(place) {
  const ways = others();
  const button = (service) => h("button.quiet.small", { type: "button", data: { service }, onclick: () => change(place, service) }, t("security.switch_to", { way: nameOf(service) }));
  return fill(place,
    h("h3", t("security.sign_in")),
    h("p", t("security.now", { way: nameOf(mine()) })),
    ways.length ? h("div.button-row", ways.map(button)) : h("p.hint", t("security.no_other")));
}

/** Ask for what the change needs: who one is now, and what is to be used from then on. */
function change(place, service) {
  const back = () => {
    signInMethod(place);
    place.querySelector(`[data-service="${service}"]`)?.focus();
  };
  const element = form(fieldsFor(service), t("security.switch"), (values) => send(service, values), { secondary: h("button.quiet", { type: "button", onclick: back }, t("cancel")) });
  fill(place, h("h3", t("security.switch_to", { way: nameOf(service) })), h("p.hint", t("security.ends_sessions", { way: nameOf(service) })), element);
  element.querySelector("input").focus();
}

const secret = (name, label, autocomplete, hint) => field({ name, label, type: "password", autocomplete, required: true, hint });

function fieldsFor(service) {
  const directory = isOn("EnableLdap");
  if (service === EMAIL) {
    return [
      mine() === LDAP && directory && secret("password", t("security.ldap_password"), "current-password"),
      secret("new_password", t("password.new"), "new-password", t("security.new_hint", { email: state.me.email })),
      secret("again", t("password.again"), "new-password"),
    ];
  }
  return [
    secret("password", t("security.password_here"), "current-password"),
    service === LDAP && field({ name: "ldap_id", label: state.config.LdapLoginFieldName || t("security.ldap_id"), autocomplete: "off", autocapitalize: "none", required: true }),
    service === LDAP && secret("new_password", t("security.ldap_password"), "off"),
    state.me.mfa_active && field({ name: "mfa_code", label: t("login.code"), inputmode: "numeric", autocomplete: "one-time-code", required: true }),
  ];
}

async function send(service, values) {
  if (Object.values(values).some((text) => !text.trim())) throw new Error(t("security.need_all"));
  if (service === EMAIL && values.new_password !== values.again) throw new Error(t("password.differ"));
  const { again, ...given } = values;
  const answer = await api.post("/users/login/switch", { current_service: mine(), new_service: service, email: state.me.email, ...given });
  location.assign(answer.follow_link.startsWith("/") ? href(answer.follow_link) : answer.follow_link);
}
