// Texts that are copied to elsewhere: addresses, ids, and secrets that are covered until one asks for them.

import { fill, h } from "../../lib/dom.js";
import { copyText } from "../../lib/clipboard.js";
import { t } from "../../lib/i18n.js";
import { toast } from "../../dialogs/dialog.js";
import { button } from "../console/kit.js";

const COVERED = "••••••••••••";

/** Lines to try something with, [label, text] each, to be copied; `folded` hides them behind "Try it". */
export function examples(lines, about, { folded = false } = {}) {
  if (!lines.length) return null;
  const draw = () => lines.map(([label, text]) => h("div.try", h("p.hint", label), h("div.try-line", h("pre.example", { tabindex: "0", role: "group", "aria-label": label }, text), copyButton(label, text, about))));
  if (!folded) return draw();
  const box = h("div"); // what is folded may have secrets in it: they are in the page when one looks at them
  return h("details.examples", { ontoggle: (event) => fill(box, event.target.open ? draw() : []) }, h("summary", t("integrations.example")), box);
}

function copyButton(label, text, about) {
  return button(t("code.copy"), async () => {
    const done = await copyText(text);
    toast(t(done ? "integrations.copied" : "integrations.not_copied"), { error: !done });
  }, { about: `${label}, ${about}` });
}

/** Rows of [label, text, secret?]; `about` is what they are of. */
export function copies(rows, about) {
  return rows.length ? h("dl.copies", rows.map(([label, text, secret]) => row(label, text, secret, about))) : null;
}

function row(label, text, secret, about) {
  const value = h("code", secret ? COVERED : text);
  const show = secret && button(t("integrations.show"), () => {
    const hidden = value.textContent === COVERED;
    value.textContent = hidden ? text : COVERED;
    show.textContent = t(hidden ? "integrations.hide" : "integrations.show");
    show.setAttribute("aria-label", `${show.textContent}: ${label}, ${about}`);
  }, { about: `${label}, ${about}` });
  return h("div", h("dt", label), h("dd", value, show, copyButton(label, text, about)));
}
