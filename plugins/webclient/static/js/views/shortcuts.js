// Keyboard shortcuts that hold everywhere.

import { changed, state } from "../lib/store.js";
import { go } from "../lib/router.js";
import { channelPath, isListed, unreadOf } from "../data/channels.js";
import { openSwitcher } from "../dialogs/switcher.js";
import { shortcutsDialog } from "../dialogs/shortcuts.js";

/** Listen for shortcuts until the scope is closed. */
export function installShortcuts(scope) {
  scope.listen(document, "keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const modified = event.ctrlKey || event.metaKey;
    if (modified && event.key.toLowerCase() === "k" && !event.shiftKey) run(event, openSwitcher);
    else if (modified && event.key === "/") run(event, shortcutsDialog);
    else if (modified && event.shiftKey && event.key.toLowerCase() === "f") run(event, () => openPanel("search"));
    else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) run(event, () => step(event.key === "ArrowDown" ? 1 : -1, event.shiftKey));
    else if (event.key === "F6") run(event, () => nextRegion(event.shiftKey ? -1 : 1));
  });
}

function run(event, action) {
  event.preventDefault();
  action();
}

function openPanel(kind) {
  state.panel = { kind };
  changed("panel");
}

/** Go to the channel above or below, or to the next unread one. */
function step(by, unreadOnly) {
  const links = [...document.querySelectorAll(".categories a.channel-row")];
  const at = links.findIndex((link) => link.getAttribute("aria-current"));
  for (let next = at + by; next >= 0 && next < links.length; next += by) {
    if (!unreadOnly || links[next].classList.contains("unread")) return links[next].click();
  }
  const other = unreadOnly && [...state.channels.values()].find((one) => isListed(one) && unreadOf(one).unread);
  return other ? go(channelPath(other)) : undefined;
}

/** F6: from the sidebar to the messages, to the text, to the panel. */
function nextRegion(by) {
  const regions = [".categories a[aria-current], .team-button", ".posts-frame .posts", "#composer", ".panel:not([hidden]) button, .panel:not([hidden]) input"];
  const found = regions.map((selector) => document.querySelector(selector)).filter(Boolean);
  const at = found.findIndex((element) => element === document.activeElement || element.contains(document.activeElement));
  found[(at + by + found.length) % found.length]?.focus();
}
