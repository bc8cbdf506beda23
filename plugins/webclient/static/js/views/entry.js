// The pages before the chat: sign in, sign up, and the very first account.

import { fill, h } from "../lib/dom.js";
import { logo } from "../lib/icons.js";
import { api, query } from "../lib/api.js";
import { go, href } from "../lib/router.js";
import { siteName, state } from "../lib/store.js";
import { locale, t } from "../lib/i18n.js";
import { askForLink, signIn, signUp } from "../data/session.js";
import { field, FieldError, form } from "../dialogs/dialog.js";
import { signOnButtons } from "./single_sign_on.js";

/** The frame of these pages. */
export function card(title, subtitle, ...content) {
  const brand = h("div.brand", logo(44), h("span", siteName()));
  return h("main.entry", h("div.card", brand, h("h1", title), subtitle && h("p.subtitle", subtitle), content));
}

/** /login; `next` is called when somebody is signed in. */
export function loginPage(next) {
  const login = field({ label: loginLabel(), name: "login", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true, autofocus: true });
  const password = field({ label: t("password"), name: "password", type: "password", autocomplete: "current-password", required: true });
  const code = h("div", { hidden: true }, field({ label: t("login.code"), name: "code", inputmode: "numeric", autocomplete: "one-time-code" }));
  const sent = form([login, password, code], t("login.action"), async (values) => {
    if (!values.login.trim()) throw new FieldError("login", t("login.need_name"));
    if (!values.password) throw new FieldError("password", t("login.need_password"));
    try {
      await confirmed(values.login.trim(), () => signIn(values.login.trim(), values.password, values.code));
    } catch (error) {
      if (!error.id?.startsWith("mfa.") && !error.id?.includes("mfa")) throw error;
      const first = code.hidden;
      code.hidden = false;
      code.querySelector("input").focus();
      if (!first) throw error;
      return;
    }
    next();
  });
  const open = state.config.EnableUserCreation === "true" && state.config.EnableOpenServer === "true";
  const invite = open ? h("p.after", t("login.no_account"), " ", h("a", { href: href("/signup_user_complete") }, t("signup.link"))) : null;
  const invited = new URLSearchParams(location.search).get("id");
  const switched = new URLSearchParams(location.search).get("extra") === "signin_change" ? t("login.switched") : null;
  const forgot = mayHavePassword() && h("p.after", h("a", { href: href("/reset_password") }, t("forgot.link")));
  return card(t("login.title"), switched, sent, forgot, signOnButtons(invited ? "signup" : "login"), guestLink(login), invite);
}

/** For guests without a password: a link by mail. The answer is the same for everybody, so nobody learns who is one. */
function guestLink(login) {
  if (state.config.EnableGuestMagicLink !== "true") return null;
  const said = h("p.after", { role: "status" });
  const send = h("button.link", { type: "button", onclick: async () => {
    const name = login.querySelector("input").value.trim();
    if (!name) return fill(said, t("login.need_name"));
    try {
      await askForLink(name);
      fill(said, t("login.guest_sent"));
    } catch (error) {
      fill(said, error.message);
    }
  } }, t("login.guest_action"));
  return h("div", h("p.after", t("login.guest"), " ", send), said);
}

const mayHavePassword = () => state.config.EnableSignInWithEmail === "true" || state.config.EnableSignInWithUsername === "true";

/** What to write into the first field, with the name that a directory's administrator has given it. */
function loginLabel() {
  const ways = [ownLoginLabel(), state.config.EnableLdap === "true" && state.config.LdapLoginFieldName].filter(Boolean);
  return ways.length ? new Intl.ListFormat(locale(), { type: "disjunction" }).format(ways) : t("login.username");
}

function ownLoginLabel() {
  const email = state.config.EnableSignInWithEmail === "true";
  const name = state.config.EnableSignInWithUsername === "true";
  if (email && !name) return t("login.email");
  if (email) return t("login.either");
  return name && t("login.username");
}

/** /signup_user_complete?id=…; without accounts it makes the administrator's. */
export function signupPage(next) {
  const first = state.config.NoAccounts === "true";
  const asked = new URLSearchParams(location.search);
  let invite = asked.get("id") ?? "";
  const token = asked.get("t") ?? "";
  const open = state.config.EnableOpenServer === "true";
  if (state.config.EnableUserCreation === "false" && !first) return refused(t("signup.closed"));
  if (!first && !invite && !token && !open) return refused(t("signup.need_invite"));
  const limit = Number(state.config.PasswordMinimumLength || 8);
  const fields = [
    field({ label: t("email"), name: "email", type: "email", autocomplete: "email", required: true, autofocus: true }),
    field({ label: t("username"), name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true, hint: t("username.hint") }),
    field({ label: t("password"), name: "password", type: "password", autocomplete: "new-password", required: true, hint: t("password.hint", { count: limit }) }),
  ];
  const sent = form(fields, first ? t("first.action") : t("signup.action"), async ({ email, username, password }) => {
    const account = { email: email.trim(), username: username.trim().toLowerCase(), password };
    for (const [name, value] of Object.entries(account)) if (!value) throw new FieldError(name, t(`signup.need_${name}`));
    if (!/^[a-z0-9._-]{1,64}$/.test(account.username)) throw new FieldError("username", t("signup.bad_username"));
    if (password.length < limit) throw new FieldError("password", t("signup.short_password", { count: limit }));
    await confirmed(account.email, () => signUp(account, { iid: invite, t: token }));
    next(invite);
  });
  const subtitle = h("span", first ? t("first.subtitle") : t("signup.subtitle"));
  if (invite) greet(subtitle, invite).then((valid) => {
    if (valid) return;
    invite = ""; // an open server takes people without
    sent.hidden = !open;
  });
  if (token) fill(subtitle, invitedTo(asked.get("d")));
  const login = first ? null : h("p.after", t("signup.have_account"), " ", h("a", { href: href("/login") + location.search }, t("login.action")));
  return card(first ? t("first.title") : t("signup.title"), subtitle, sent, first ? null : signOnButtons("signup"), login);
}

/** What an invitation by mail says of itself. */
function invitedTo(data) {
  try {
    return t("signup.by_mail", { team: JSON.parse(data).display_name });
  } catch {
    return t("signup.subtitle");
  }
}

/** Do something that signs in; where the address has to be confirmed first, that is said. */
async function confirmed(email, task) {
  try {
    await task();
  } catch (error) {
    if (error.id !== "api.user.login.not_verified.app_error" || !email.includes("@")) throw error;
    go(`/should_verify_email${query({ email })}`);
    throw error;
  }
}

/** Say into which team a link invites; returns whether it is valid. */
async function greet(subtitle, invite) {
  try {
    const team = await api.get(`/teams/invite/${encodeURIComponent(invite)}`);
    fill(subtitle, t("signup.to_team", { team: team.display_name }));
  } catch (error) {
    if (![400, 404].includes(error.status)) return true;
    fill(subtitle, h("span.problem", { role: "alert" }, t("signup.bad_invite")));
    return false;
  }
  return true;
}

function refused(reason) {
  return card(t("signup.title"), reason, h("p.after", h("a", { href: href("/login") }, t("signup.to_login"))));
}
