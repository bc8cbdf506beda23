// The panel on the right: a thread, search, pinned or saved messages, the members or files of a channel.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { changed, Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channel, channelName } from "../data/channels.js";
import { tryTo } from "../dialogs/dialog.js";
import { ThreadView } from "./thread.js";
import { DraftsView } from "./drafts.js";

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
    const make = views[wanted.kind];
    if (make) return this.#show(wanted, make(wanted));
    fill(this.element, h("p.loading", { role: "status" }, t("loading")));
    return this.#load(wanted, key);
  }

  /** Get the views that aren't here yet, then show what is wanted, if it still is. */
  async #load(wanted, key) {
    await tryTo(loadViews);
    if (this.#shown !== key) return;
    if (views[wanted.kind]) this.#show(wanted, views[wanted.kind](wanted));
    else this.#close();
  }

  #show(wanted, view) {
    this.#view = view;
    const title = h("h2", t(`${wanted.kind}.title`));
    const one = wanted.channelId && channel(wanted.channelId);
    fill(this.element,
      h("header", wanted.from && this.#back(wanted), title, h("span.muted.grow", one && h("bdi", channelName(one))),
        view.tools,
        h("button.icon-button", { type: "button", "aria-label": t("close"), onclick: () => this.#close() }, icon("close"))),
      view.element);
    if (matchMedia("(max-width: 760px)").matches) this.element.focus({ preventScroll: true }); // it takes the whole page
    view.begin?.();
  }
}

const views = {
  thread: ({ rootId, postId }) => new ThreadView(rootId, postId),
  drafts: () => new DraftsView(),
};

/** Load the other views; done once the page has nothing else to do, so that they open at once. */
export const loadViews = async () => Object.assign(views, (await import("../later/panel/views.js")).views);
