// Who may invite whom.

import { state } from "../lib/store.js";
import { can } from "./session.js";

const isOn = (key) => state.config[key] === "true";

export const mayMailMembers = () => isOn("EnableEmailInvitations") && can("invite_user") && can("add_user_to_team");
export const mayMailGuests = () => isOn("EnableEmailInvitations") && isOn("EnableGuestAccounts") && can("invite_guest");

/** Whether there is anything in the dialog of invitations for me. */
export const mayInvite = () => can("invite_user") || can("add_user_to_team") || mayMailGuests();
