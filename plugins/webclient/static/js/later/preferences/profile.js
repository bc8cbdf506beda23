// Settings › Profile: the picture, the names, the e-mail address.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { serviceName } from "../../views/single_sign_on.js";
import { field, form, toast, tryTo } from "../../dialogs/dialog.js";
import { pictureSettings } from "../../dialogs/picture.js";

const confirms = () => state.config.RequireEmailVerification === "true";

/** Return the settings; `save` takes what changes of the account and says that it is saved. */
export function profileSettings(save) {
  const { me } = state;
  const text = (name, more = {}) => field({ label: t(`profile.${name}`), name, value: me[name] ?? "", maxlength: 64, ...more });
  const address = h("div");
  const draw = () => {
    const focused = address.contains(document.activeElement);
    fill(address, emailFields());
    if (focused) address.querySelector("input").focus();
  };
  draw();
  const send = async ({ email, password, ...names }) => {
    const moved = email !== undefined && email.trim().toLowerCase() !== state.me.email;
    if (moved && !password) throw new Error(t("profile.need_password"));
    await save(moved ? { ...names, email: email.trim(), password } : names);
    draw();
    if (moved && confirms()) toast(t("verify.sent", { email: state.me.email }));
  };
  return [pictureSettings(), form([
    text("username", { autocapitalize: "none" }),
    address,
    text("first_name"),
    text("last_name"),
    text("nickname_label", { name: "nickname", value: me.nickname ?? "" }),
    text("position", { maxlength: 128 }),
  ], t("save"), send)];
}

/** The address, and the password that is asked for once it is another; only to be read where it comes from elsewhere. */
function emailFields() {
  const { me } = state;
  const common = { label: t("email"), type: "email", value: me.email, maxlength: 128 };
  if (me.auth_service) return field({ ...common, name: "email", readonly: true, hint: elsewhere(me.auth_service) });
  const password = field({ label: t("password.current"), name: "password", type: "password", autocomplete: "current-password", hint: t("profile.email_password") });
  password.hidden = true;
  const input = ({ target }) => {
    password.hidden = target.value.trim().toLowerCase() === me.email;
  };
  return [
    field({ ...common, name: "email", autocomplete: "email", required: true, oninput: input, hint: confirms() ? t("profile.email_confirm") : null }),
    password,
    confirms() && !me.email_verified && unconfirmed(me.email),
  ];
}

function elsewhere(service) {
  return service === "magic_link" ? t("profile.email_magic") : t("profile.email_elsewhere", { way: serviceName(service) });
}

function unconfirmed(email) {
  const again = () => tryTo(async () => {
    await api.post("/users/email/verify/send", { email });
    toast(t("verify.sent", { email }));
  });
  return h("div.field.unconfirmed", h("p", t("profile.email_unconfirmed", { email })), h("div.button-row", h("button.quiet.small", { type: "button", onclick: again }, t("verify.again"))));
}
