// My own menu: status, settings, signing out.

import { h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { href } from "../lib/router.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { signOut } from "../data/session.js";
import { customStatus, user } from "../data/users.js";
import { tryTo } from "../dialogs/dialog.js";
import { customStatusDialog } from "../dialogs/status.js";
import { settingsDialog } from "../dialogs/later.js";
import { shortcutsDialog } from "../dialogs/shortcuts.js";
import { STATUSES } from "./people.js";
import { openMenu } from "./popup.js";

export function openMyMenu(anchor) {
  const status = state.statuses.get(state.me.id) ?? "offline";
  const custom = customStatus(user(state.me.id));
  openMenu(anchor, [
    state.config.EnableCustomUserStatuses !== "false" && { label: custom ? (custom.text ? h("bdi", custom.text) : t("custom.change")) : t("custom.set"), icon: "smile", onclick: customStatusDialog },
    null,
    ...STATUSES.map((name) => ({ label: `${t(`status.${name}`)}${name === "dnd" ? " …" : ""}`, checked: name === status, onclick: () => (name === "dnd" ? chooseUntil(anchor) : setStatus(name)) })),
    status === "ooo" && { label: t("status.ooo"), checked: true, onclick: settingsDialog },
    null,
    { label: t("threads.title"), icon: "thread", onclick: () => showPanel("threads") },
    { label: t("mentions.title"), icon: "at", onclick: () => showPanel("mentions") },
    { label: t("saved.title"), icon: "bookmark", onclick: () => showPanel("saved") },
    { label: t("settings.title"), icon: "settings", onclick: settingsDialog },
    { label: t("shortcuts.title"), icon: "keyboard", shortcut: "Ctrl /", onclick: shortcutsDialog },
    { label: t("logout"), icon: "door", onclick: leave },
  ].filter((entry) => entry !== false), t("my.menu"));
}

const HOUR_S = 3600;

/** Ask for how long nobody is to disturb. */
function chooseUntil(anchor) {
  const now = Math.floor(Date.now() / 1000);
  const tomorrow = Math.floor(new Date().setHours(33, 0, 0, 0) / 1000); // at nine in the morning
  const ends = [["never", 0], ["thirty_minutes", now + HOUR_S / 2], ["one_hour", now + HOUR_S], ["four_hours", now + 4 * HOUR_S], ["tomorrow", tomorrow]];
  openMenu(anchor, ends.map(([name, end]) => ({ label: t(`dnd.${name}`), onclick: () => setStatus("dnd", end) })), t("status.dnd"));
}

async function setStatus(status, end = 0) {
  await tryTo(async () => {
    await api.put("/users/me/status", { user_id: state.me.id, status, dnd_end_time: end });
    state.statuses.set(state.me.id, status);
    changed("statuses");
  });
}

function showPanel(kind) {
  state.panel = { kind };
  changed("panel");
}

async function leave() {
  await signOut();
  location.assign(href("/login"));
}
