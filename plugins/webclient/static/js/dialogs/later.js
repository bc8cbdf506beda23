// Dialogs whose parts are loaded when they are first opened.

import { tryTo } from "./dialog.js";

export const settingsDialog = () => tryTo(async () => (await import("../later/preferences/settings.js")).settingsDialog());

export const inviteDialog = () => tryTo(async () => (await import("../later/invite.js")).inviteDialog());

/** Show the dialog of an `open_dialog` event. */
export const openInteractive = (wanted) => tryTo(async () => (await import("../later/interactive.js")).openInteractive(wanted));
