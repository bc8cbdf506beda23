// The way to the threads that one follows, above the channels: where replies are collapsed, nothing else tells of new ones.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { changed, state } from "../lib/store.js";
import { number, t } from "../lib/i18n.js";
import { collapsed } from "../data/threads.js";

/** Return the row, kept as things are. */
export function threadsRow(scope) {
  const button = h("button.channel-row.threads-row", { type: "button", onclick: () => {
    state.panel = { kind: "threads" };
    changed("panel");
  } });
  const element = h("div.find-row", button);
  scope.draw(["unread_threads", "preferences", "config", "panel"], () => {
    const { threads, mentions } = state.unreadThreads;
    element.hidden = !collapsed();
    button.classList.toggle("unread", threads > 0);
    if (state.panel?.kind === "threads") button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    const told = mentions ? t("sidebar.mentions", { count: mentions }) : threads ? t("sidebar.unread") : "";
    button.setAttribute("aria-label", [t("threads.short"), told].filter(Boolean).join(", "));
    fill(button, icon("thread", 16), h("span.grow", t("threads.short")), mentions > 0 && [" ", h("span.badge", mentions > 99 ? `${number(99)}+` : number(mentions))]);
  });
  return element;
}
