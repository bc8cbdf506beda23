// Keyboard shortcuts that hold everywhere.

import { pressed } from "../lib/keys.js";
import { changed, state } from "../lib/store.js";
import { go } from "../lib/router.js";
import { channel, channelPath, isListed, unreadOf } from "../data/channels.js";
import { markRead, unreadChannels } from "../data/reading.js";
import { myTeams } from "../data/teams.js";
import { showInfo } from "../dialogs/channel_actions.js";
import { tryTo } from "../dialogs/dialog.js";
import { settingsDialog } from "../dialogs/later.js";
import { openSwitcher } from "../dialogs/switcher.js";
import { shortcutsDialog } from "../dialogs/shortcuts.js";
import { talkDialog } from "../dialogs/talk.js";
import { isClicked } from "./post_keys.js";

const KEYS = {
  "ctrl k": openSwitcher,
  "ctrl /": shortcutsDialog,
  "ctrl shift k": talkDialog,
  "ctrl shift f": () => openPanel("search"),
  "ctrl shift m": () => openPanel("mentions"),
  "ctrl shift a": settingsDialog,
  "ctrl shift l": () => document.querySelector("#composer")?.focus(),
  "ctrl alt i": () => channel() && showInfo(channel()),
  "alt arrowdown": () => step(1, false),
  "alt arrowup": () => step(-1, false),
  "alt shift arrowdown": () => step(1, true),
  "alt shift arrowup": () => step(-1, true),
  "ctrl alt arrowdown": () => stepTeam(1),
  "ctrl alt arrowup": () => stepTeam(-1),
  "shift escape": () => tryTo(() => markRead(unreadChannels())),
  f6: () => nextRegion(1),
  "shift f6": () => nextRegion(-1),
};

/** Listen for shortcuts until the scope is closed. */
export function installShortcuts(scope) {
  scope.listen(document, "keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const action = KEYS[pressed(event)];
    if (action) {
      event.preventDefault();
      action();
    } else if (isWriting(event)) composerHere()?.focus({ preventScroll: true }); // the character goes there
  });
}

/** Whether a character is typed while nothing has the focus that would take it. */
function isWriting({ key, ctrlKey, metaKey, altKey, isComposing, target }) {
  if ([...key].length !== 1 || key === " " || ctrlKey || metaKey || altKey || isComposing || document.querySelector(".popup")) return false;
  return target === document.body || target.matches(".posts") || isClicked(target);
}

const composerHere = () => (document.activeElement.closest(".panel") && document.querySelector("#reply")) || document.querySelector("#composer");

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

function stepTeam(by) {
  const teams = myTeams();
  const at = teams.findIndex((one) => one.id === state.teamId);
  const next = teams[(at + by + teams.length) % teams.length];
  if (next && next.id !== state.teamId) go(`/${next.name}`);
}

/** F6: from the sidebar to the messages, to the text, to the panel. */
function nextRegion(by) {
  const regions = [".categories a[aria-current], .team-button", ".posts-frame .posts", "#composer", ".panel:not([hidden]) button, .panel:not([hidden]) input"];
  const found = regions.map((selector) => document.querySelector(selector)).filter(Boolean);
  const at = found.findIndex((element) => element === document.activeElement || element.contains(document.activeElement));
  found[(at + by + found.length) % found.length]?.focus();
}
