// Copying: browsers offer their clipboard to pages that come by HTTPS alone, so there is another way for the rest.

import { h } from "./dom.js";

/** Copy a text; returns whether that went well. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const before = document.activeElement;
  const area = h("textarea.sr-only", { "aria-hidden": "true", value: text });
  // A dialog takes the focus away from what is outside of it.
  (before?.closest("dialog") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus();
  return done;
}
