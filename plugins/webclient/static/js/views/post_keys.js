// The keyboard in lists of messages: arrows go from message to message, letters act on the one in focus.

import * as posts from "../data/posts.js";
import { act } from "./post_actions.js";

const ACTIONS = { e: "edit", r: "reply", "+": "react", s: "save", p: "pin", u: "unread", c: "copy", Delete: "delete", Enter: "reply" };

let clicked = null; // the message that has the focus because it was clicked, until the arrows move on

document.addEventListener("pointerdown", (event) => {
  clicked = event.target.closest?.("article") ?? null;
}, true);

/** Whether a message has the focus by a click only: then nobody means it when they type. */
export const isClicked = (article) => article === clicked;

export function moveBetweenPosts(event) {
  const { target, currentTarget } = event;
  if (target.closest("textarea, input")) return;
  const rows = [...currentTarget.querySelectorAll("article")];
  const at = rows.indexOf(target.closest("article"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    clicked = null;
    const next = at < 0 ? rows.at(-1) : rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
    return;
  }
  const action = ACTIONS[event.key];
  // Whoever has clicked a message and types wants to write, not to pin or delete it.
  if (!action || target !== rows[at] || isClicked(target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const post = posts.known(target.dataset.id);
  if (!post) return;
  event.preventDefault();
  act(action, post, target, Boolean(currentTarget.dataset.thread));
}
