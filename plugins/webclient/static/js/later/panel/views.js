// What the panel shows besides threads and drafts: loaded when the page has shown itself.

import { FilesView } from "./channel_files.js";
import { InfoView } from "./channel_info.js";
import { MembersView } from "./members.js";
import { PostResults, recentMentions } from "./results.js";
import { SearchView } from "./search.js";
import { ThreadsView } from "./threads.js";

/** How each kind is made: called with what `state.panel` says. */
export const views = {
  info: ({ channelId }) => new InfoView(channelId),
  members: ({ channelId }) => new MembersView(channelId),
  files: ({ channelId }) => new FilesView(channelId),
  pinned: ({ channelId }) => new PostResults({ kind: "pinned", path: `/channels/${channelId}/pinned`, topics: ["pinned", `posts:${channelId}`] }),
  threads: () => new ThreadsView(),
  mentions: () => new PostResults({ kind: "mentions", load: recentMentions, topics: ["mentions"] }),
  saved: () => new PostResults({ kind: "saved", path: "/users/me/posts/flagged?per_page=60", topics: ["preferences"] }),
  search: ({ terms }) => new SearchView(terms ?? ""),
};
