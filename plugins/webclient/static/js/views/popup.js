// Menus and other small things that appear beside what was clicked.

import { focusable, h } from "../lib/dom.js";
import { rightToLeft } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { keysShown } from "../lib/keys.js";

let current = null;

/** Close what is open, if anything. */
export function closePopup() {
  current?.close();
}

/**
 * Show an element beside an anchor until something else is clicked or Escape is pressed; returns how to close it. The focus goes
 * to `back` then.
 */
export function openPopup(anchor, element, { focus = true, role = null, label = null, back = anchor } = {}) {
  const reopened = current?.anchor === anchor;
  closePopup();
  if (reopened && focus) return () => {};
  const popup = h("div.popup", { role, "aria-label": label }, element);
  (anchor.closest("dialog") ?? document.body).append(popup);
  place(popup, anchor);
  const outside = (event) => {
    if (!popup.contains(event.target) && !anchor.contains(event.target)) close(false);
  };
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close(true);
  };
  function close(refocus = true) {
    if (current?.popup !== popup) return;
    current = null;
    const had = popup.contains(document.activeElement);
    popup.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("keydown", keys, true);
    if (refocus && had && back.isConnected) back.focus();
  }
  current = { popup, anchor, close };
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", keys, true);
  if (focus) focusable(popup)[0]?.focus();
  return close;
}

function place(popup, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popup;
  const below = at.bottom + 6 + height <= innerHeight || at.top < height;
  const top = below ? Math.min(at.bottom + 6, innerHeight - height - 8) : at.top - height - 6;
  const wanted = rightToLeft() ? at.right - width : at.left;
  const left = Math.max(8, Math.min(wanted, innerWidth - width - 8));
  popup.style.setProperty("top", `${Math.max(8, top)}px`);
  popup.style.setProperty("left", `${left}px`);
}

/** Open a menu; entries are { label, icon, picture, onclick, danger, checked, shortcut } or null for a line. */
export function openMenu(anchor, entries, label) {
  const buttons = entries.map((entry) => {
    if (!entry) return h("hr");
    return h(
      "button.menu-item",
      { type: "button", role: "menuitem", class: entry.danger ? "danger" : "", onclick: () => {
        close();
        entry.onclick();
      } },
      entry.picture ?? (entry.icon ? icon(entry.icon) : h("span.icon")),
      h("span.grow", entry.label),
      entry.checked && icon("check"),
      entry.shortcut && h("kbd", keysShown(entry.shortcut)),
    );
  });
  const menu = h("div.menu", { onkeydown: moveInMenu }, buttons);
  const close = openPopup(anchor, menu, { role: "menu", label });
}

function moveInMenu(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = focusable(event.currentTarget);
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
}
