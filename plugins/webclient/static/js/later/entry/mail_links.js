// The pages that links in mails lead to, and those that send such mails: a new password, a confirmed address.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { href } from "../../lib/router.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { field, FieldError, form, toast, tryTo, words } from "../../dialogs/dialog.js";
import { card } from "../../views/entry.js";

const given = (name) => new URLSearchParams(location.search).get(name) ?? "";
const toLogin = () => h("p.after", h("a", { href: href("/login") }, t("signup.to_login")));
const mailField = (value = "") => field({ label: t("email"), name: "email", type: "email", autocomplete: "email", required: true, autofocus: true, value });

/** Use the token of the link; one that was cut off on its way isn't told as a field that is wrong. */
async function useToken(path, body) {
  try {
    await api.post(path, { token: given("token"), ...body });
  } catch (error) {
    throw error.id === "api.context.invalid_body_param.app_error" ? new Error(t("forgot.bad_link")) : error;
  }
}

/** /reset_password: have a link sent. Nobody learns whether the address has an account. */
function forgotPage() {
  const sent = form(mailField(given("email")), t("forgot.send"), async ({ email }, element) => {
    if (!email.trim()) throw new FieldError("email", t("signup.need_email"));
    await api.post("/users/password/reset/send", { email: email.trim() });
    element.replaceWith(h("p", { role: "status" }, t("forgot.sent", { email: email.trim() })));
  });
  return card(t("forgot.title"), t("forgot.subtitle"), sent, toLogin());
}

/** /reset_password_complete?token=…: choose the new password. */
function resetPage() {
  const limit = Number(state.config.PasswordMinimumLength || 8);
  const hint = t("password.hint", { count: limit });
  const contents = [
    field({ label: t("password.new"), name: "new", type: "password", autocomplete: "new-password", required: true, hint, autofocus: true }),
    field({ label: t("password.again"), name: "again", type: "password", autocomplete: "new-password", required: true }),
  ];
  const sent = form(contents, t("password.change"), async (values, element) => {
    if (!values.new) throw new FieldError("new", t("signup.need_password"));
    if (values.new.length < limit) throw new FieldError("new", t("signup.short_password", { count: limit }));
    if (values.new !== values.again) throw new FieldError("again", t("password.differ"));
    await useToken("/users/password/reset", { new_password: values.new });
    element.replaceWith(h("p", { role: "status" }, t("password.changed")));
  });
  const again = h("p.after", h("a", { href: href("/reset_password") }, t("forgot.again")));
  return card(t("forgot.title"), null, sent, again, toLogin());
}

/** /do_verify_email?token=…&email=…: confirms the address at once. */
function verifyPage() {
  const text = h("p", { role: "status" }, t("loading"));
  useToken("/users/email/verify", {}).then(() => fill(text, t("verify.done", { email: given("email") })), (error) => {
    fill(text, words(error));
    if (given("email")) text.after(sendAgain(given("email")));
  });
  return card(t("verify.title"), null, text, toLogin());
}

/** /should_verify_email?email=…: the account is there, its address isn't confirmed yet. */
function confirmPage() {
  return card(t("verify.title"), t("verify.text", { email: given("email") }), sendAgain(given("email")), toLogin());
}

function sendAgain(email) {
  return h("p.after", h("button.quiet.block", { type: "button", onclick: () => tryTo(async () => {
    await api.post("/users/email/verify/send", { email });
    toast(t("verify.sent", { email }));
  }) }, t("verify.again")));
}

export const PAGES = { reset_password: forgotPage, reset_password_complete: resetPage, do_verify_email: verifyPage, should_verify_email: confirmPage };
