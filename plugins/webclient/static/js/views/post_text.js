// The text of a message; a long one shows its beginning until one wants the rest.

import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { renderMarkdown } from "../markdown/render.js";

const LINE = 110; // letters of a line on a desk
const MOST_LINES = 36;
const opened = new Set(); // messages that were unfolded

const linesOf = (text) => text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE)), 0);

/** Return the nodes of a message's text. */
export function postText(post) {
  const text = h("div.post-text", renderMarkdown(post.message, { images: post.metadata?.images }));
  if (linesOf(post.message) <= MOST_LINES) return text;
  text.id = `text-${post.id}`;
  const show = (all) => {
    text.classList.toggle("long", !all);
    toggle.textContent = t(all ? "post.show_less" : "post.show_more");
    toggle.setAttribute("aria-expanded", String(all));
  };
  const toggle = h("button.link.show-more", { type: "button", "aria-controls": text.id, onclick: () => {
    const all = !opened.delete(post.id);
    if (all) opened.add(post.id);
    show(all);
    if (!all) text.closest(".post, .result")?.scrollIntoView({ block: "nearest" });
  } });
  show(opened.has(post.id));
  return [text, toggle];
}
