// Messages that the server writes, in the reader's language.

import { t } from "../lib/i18n.js";

/** Whether one person alone sees a message, until the page is loaded again. */
export const isEphemeral = (post) => post.type === "system_ephemeral";

export const isSystem = (post) => post.type.startsWith("system_") && !isEphemeral(post);

const NAMES = {
  system_join_channel: ["username"],
  system_leave_channel: ["username"],
  system_join_team: ["username"],
  system_leave_team: ["username"],
  system_add_to_channel: ["username", "addedUsername"],
  system_add_to_team: ["username", "addedUsername"],
  system_remove_from_channel: ["removedUsername"],
  system_remove_from_team: ["username"],
  system_header_change: ["username", "new_header"],
  system_purpose_change: ["username", "new_purpose"],
  system_displayname_change: ["username", "new_displayname"],
  system_channel_deleted: ["username"],
  system_channel_restored: ["username"],
};

/** Return what a system message says; one that we don't know is shown as the server wrote it. */
export function systemText(post) {
  const wanted = NAMES[post.type];
  const props = post.props ?? {};
  const values = wanted?.map((name) => props[name]);
  if (!wanted || !values.every((value) => typeof value === "string" && value)) return post.message;
  return t(post.type, Object.fromEntries(wanted.map((name, at) => [name, values[at]])));
}
