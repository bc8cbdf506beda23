// The second factor: setting it up, in the settings and as a page of its own where it is demanded of everybody.

import { fill, h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { signOut } from "../data/session.js";
import { confirmDialog, field, FieldError, form, toast, tryTo } from "../dialogs/dialog.js";
import { card } from "./entry.js";

const SERVICES = ["", "email", "ldap"];

/** Whether this account can have a second factor here. */
export function mfaOffered() {
  return state.config.EnableMultifactorAuthentication === "true" && SERVICES.includes(state.me.auth_service ?? "");
}

/** Fills `place` with a QR code and what is done with it; calls `done` when the second factor is on. */
async function setUp(place, done) {
  fill(place, h("p.loading", t("loading")));
  const made = await tryTo(() => api.post("/users/me/mfa/generate"));
  if (!made) return fill(place, begin(place, done));
  const code = field({ label: t("login.code"), name: "code", inputmode: "numeric", autocomplete: "one-time-code", required: true });
  fill(place,
    h("ol.mfa-steps", h("li", t("mfa.app")), h("li", t("mfa.scan")), h("li", t("mfa.enter"))),
    h("img.mfa-code", { src: `data:image/png;base64,${made.qr_code}`, alt: t("mfa.qr") }),
    h("p.hint", t("mfa.secret"), " ", h("code.mfa-secret", made.secret)),
    form(code, t("mfa.activate"), async (values) => {
      if (!values.code.trim()) throw new FieldError("code", t("mfa.need_code"));
      await api.put("/users/me/mfa", { activate: true, code: values.code.trim() });
      state.me = { ...state.me, mfa_active: true };
      toast(t("mfa.on"));
      done();
    }));
  place.querySelector("input").focus();
}

function begin(place, done) {
  return h("div.dialog-actions", h("button.primary", { type: "button", onclick: () => setUp(place, done) }, t("mfa.set_up")));
}

/** What the settings show. */
export function mfaSettings() {
  const place = h("div.mfa");
  const show = () => fill(place, state.me.mfa_active ? [h("p", t("mfa.is_on")), off()] : [h("p", t("mfa.is_off")), begin(place, show)]);
  const off = () => h("div.dialog-actions", h("button.quiet", { type: "button", onclick: async () => {
    if (!(await confirmDialog(t("mfa.turn_off"), t("mfa.turn_off_text"), t("mfa.turn_off")))) return;
    if (!(await tryTo(() => api.put("/users/me/mfa", { activate: false })))) return;
    state.me = { ...state.me, mfa_active: false };
    if (state.config.EnforceMultifactorAuthentication === "true") return location.reload();
    show();
  } }, t("mfa.turn_off")));
  show();
  return place;
}

/** The page that is all there is while a second factor is demanded and missing. */
export function mfaPage() {
  const place = h("div.mfa");
  const leave = h("button.quiet", { type: "button", onclick: () => signOut().then(() => location.reload()) }, t("logout"));
  fill(place, begin(place, () => location.reload()));
  return card(t("mfa.title"), t("mfa.demanded"), place, h("p.after", leave));
}
