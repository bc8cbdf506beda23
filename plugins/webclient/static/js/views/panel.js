// The panel on the right: a thread, search, pinned or saved messages, the members or files of a channel.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { changed, Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channel, channelName } from "../data/channels.js";
import { ThreadView } from "./thread.js";
import { ThreadsView } from "./threads.js";
import { FilesView } from "./channel_files.js";
import { DraftsView } from "./drafts.js";
import { InfoView } from "./channel_info.js";
import { MembersView } from "./members.js";
import { PostResults, recentMentions } from "./results.js";
import { SearchView } from "./search.js";

export class Panel {
  #scope = new Scope();
  #view = null;
  #shown = "";

  constructor() {
    this.element = h("aside.panel", { hidden: true, tabindex: "-1", "aria-label": t("panel.label"), onkeydown: (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.#close();
    } });
    this.#scope.draw(["panel"], () => this.#draw());
  }

  close() {
    this.#view?.close();
    this.#scope.close();
  }

  #close() {
    state.panel = null;
    changed("panel");
    document.querySelector(matchMedia("(pointer: coarse)").matches ? ".channel-name" : "#composer")?.focus();
  }

  /** The way back to the list that this was opened from. */
  #back({ from, channelId }) {
    const label = t("panel.back", { to: t(`${from}.title`) });
    return h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick: () => {
      state.panel = { kind: from, channelId };
      changed("panel");
    } }, icon("back"));
  }

  #draw() {
    const wanted = state.panel;
    const key = wanted ? [wanted.kind, wanted.rootId, wanted.postId, wanted.channelId, wanted.terms].join("|") : "";
    if (key === this.#shown) return;
    this.#shown = key;
    this.#view?.close();
    this.#view = null;
    this.element.hidden = !wanted;
    if (!wanted) return fill(this.element);
    this.#view = views[wanted.kind](wanted);
    const title = h("h2", t(`${wanted.kind}.title`));
    const one = wanted.channelId && channel(wanted.channelId);
    fill(this.element,
      h("header", wanted.from && this.#back(wanted), title, h("span.muted.grow", one && h("bdi", channelName(one))),
        this.#view.tools,
        h("button.icon-button", { type: "button", "aria-label": t("close"), onclick: () => this.#close() }, icon("close"))),
      this.#view.element);
    if (matchMedia("(max-width: 760px)").matches) this.element.focus({ preventScroll: true }); // it takes the whole page
    this.#view.begin?.();
    return undefined;
  }
}

const views = {
  thread: ({ rootId, postId }) => new ThreadView(rootId, postId),
  info: ({ channelId }) => new InfoView(channelId),
  members: ({ channelId }) => new MembersView(channelId),
  files: ({ channelId }) => new FilesView(channelId),
  pinned: ({ channelId }) => new PostResults({ kind: "pinned", path: `/channels/${channelId}/pinned`, topics: ["pinned", `posts:${channelId}`] }),
  drafts: () => new DraftsView(),
  threads: () => new ThreadsView(),
  mentions: () => new PostResults({ kind: "mentions", load: recentMentions, topics: ["mentions"] }),
  saved: () => new PostResults({ kind: "saved", path: "/users/me/posts/flagged?per_page=60", topics: ["preferences"] }),
  search: ({ terms }) => new SearchView(terms ?? ""),
};
