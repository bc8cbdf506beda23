// Clicks on names, mentions and hashtags, wherever they are shown.

import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import * as posts from "../data/posts.js";
import { keep } from "../data/users.js";
import { tryTo } from "../dialogs/dialog.js";
import { openProgram } from "./identity.js";
import { openProfile } from "./people.js";

/** Open profiles and searches for what is clicked below `root`. */
export function listenForNames(scope, root) {
  scope.listen(root, "click", (event) => {
    const target = event.target.closest?.("[data-user], [data-username], [data-search], [data-program]");
    if (!target) return undefined;
    const { user, username, search, program } = target.dataset;
    const post = program && posts.known(program);
    if (post) return openProgram(target, post);
    if (user) openProfile(target, user);
    else if (username) openByName(target, username);
    else if (search) {
      state.panel = { kind: "search", terms: search };
      changed("panel");
    }
    return undefined;
  });
}

async function openByName(anchor, username) {
  let found = [...state.users.values()].find((one) => one.username === username);
  found ??= await tryTo(() => api.get(`/users/username/${encodeURIComponent(username)}`));
  if (!found) return;
  keep(found);
  openProfile(anchor, found.id);
}
