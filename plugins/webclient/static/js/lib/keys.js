// Names of keys: as they stand on the reader's keyboard, and as they are pressed.

import { t } from "./i18n.js";

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const ON_MAC = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧", Escape: "Esc" };

/** Return keys as they are shown: keysShown("Ctrl K") is "⌘ K" on a Mac, "Strg K" in German. */
export const keysShown = (keys) => keys.replace(/\b(Ctrl|Alt|Shift|Enter|Delete|Escape)\b/g, (name) => (MAC && ON_MAC[name]) || named(name));

const named = (name) => (name === "Alt" ? name : t(`key.${name.toLowerCase()}`));

/** Name what is pressed: "ctrl shift k". Where a layout needs Shift for "/", it counts as "/". */
export function pressed({ ctrlKey, metaKey, altKey, shiftKey, key, code }) {
  const base = altKey && /^Key[A-Z]$/.test(code) ? code.slice(3) : key; // Alt makes other characters on a Mac
  const shift = shiftKey && base !== "/";
  return [(ctrlKey || metaKey) && "ctrl", altKey && "alt", shift && "shift", base.toLowerCase()].filter(Boolean).join(" ");
}
