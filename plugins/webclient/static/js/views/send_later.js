// Choosing when a message is sent.

import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { fullTime } from "../lib/time.js";
import { field, FieldError, form, openDialog } from "../dialogs/dialog.js";
import { openMenu } from "./popup.js";

const MORNING = 9;

/** Nine o'clock, so many days from today. */
function morning(days) {
  const at = new Date();
  at.setDate(at.getDate() + days);
  return at.setHours(MORNING, 0, 0, 0);
}

const untilMonday = () => ((8 - new Date().getDay()) % 7) || 7;

/** Offer times beside an anchor; `then(at)` gets the chosen one in ms, and may fail. */
export function openSendLater(anchor, then) {
  const offer = (at) => ({ label: fullTime(at), icon: "clock", onclick: () => then(at) });
  const times = [...new Set([morning(1), morning(untilMonday())])];
  openMenu(anchor, [...times.map(offer), null, { label: t("later.other"), icon: "edit", onclick: () => timeDialog(then) }], t("later.title"));
}

function timeDialog(then) {
  const local = new Date(Date.now() + 3_600_000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const when = field({ label: t("later.when"), name: "when", type: "datetime-local", value: local, required: true, autofocus: true });
  const dialog = openDialog(t("later.title"), form(h("div", when), t("later.action"), async (values) => {
    const at = new Date(values.when).getTime();
    if (!(at > Date.now())) throw new FieldError("when", t("later.past"));
    dialog.close();
    then(at);
  }));
}
