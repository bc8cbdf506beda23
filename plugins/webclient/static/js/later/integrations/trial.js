// A button in a form that tries what is in it, and says beside the buttons how that went.

import { fill, h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { words } from "../../dialogs/dialog.js";

/** Return { button, outcome }: `run(form)` tries it and raises what is wrong. */
export function trialButton(run) {
  const outcome = h("p.trial-outcome", { role: "status" });
  const button = h("button.quiet", { type: "button", onclick: async () => {
    button.disabled = true;
    outcome.className = "trial-outcome";
    fill(outcome, t("console.trying"));
    try {
      await run(button.form);
      outcome.classList.add("good");
      fill(outcome, t("console.works"));
    } catch (error) {
      outcome.classList.add("bad");
      fill(outcome, words(error));
      if (error.field) button.form.elements.namedItem(error.field)?.focus();
    } finally {
      button.disabled = false;
    }
  } }, t("integrations.trial"));
  return { button, outcome };
}
