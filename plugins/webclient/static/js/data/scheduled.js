// Messages that the server sends later.

import { api, attempt } from "../lib/api.js";
import { changed, state } from "../lib/store.js";

export const schedulingOn = () => state.config.ScheduledPosts === "true";

let list = [];

/** Return what is still to be sent from this team's channels and one's talks, the next first. */
export const scheduled = () => list.filter((one) => state.channels.has(one.channel_id)).sort((a, b) => a.scheduled_at - b.scheduled_at);

export async function loadScheduled() {
  if (!schedulingOn()) return;
  const found = await attempt("scheduled", () => api.get(`/posts/scheduled/team/${state.teamId}?includeDirectChannels=true`)).catch(() => null);
  if (!found) return;
  list = Object.values(found).flat();
  changed("drafts");
}

/** Have a message sent at a time (ms). */
export async function schedule({ channelId, rootId, message, files, at }) {
  await api.post("/posts/schedule", { channel_id: channelId, root_id: rootId, message, file_ids: files.map((file) => file.id), scheduled_at: at });
  await loadScheduled();
}

/** Not send it after all. */
export async function unschedule(id) {
  await api.delete(`/posts/schedule/${id}`);
  list = list.filter((one) => one.id !== id);
  changed("drafts");
}
