// Says that there is something unread further up or down in the sidebar, and goes there.

import { h, perFrame } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

/** Return { elements, update }: the two buttons, and what to call when the list has changed. */
export function unreadBeyond(scope, list) {
  const button = (kind, symbol) => h("button.more-unread", { type: "button", class: kind, hidden: true, onclick: () => beyond(kind)?.scrollIntoView({ block: "center" }) }, icon(symbol, 14), t("sidebar.more_unread"));
  const buttons = { above: button("above", "up"), below: button("below", "down") };
  const beyond = (kind) => {
    const box = list.getBoundingClientRect();
    const rows = [...list.querySelectorAll(".channel-row.unread")];
    const out = (row) => row.getBoundingClientRect();
    return kind === "above" ? rows.findLast((row) => out(row).bottom < box.top + 8) : rows.find((row) => out(row).top > box.bottom - 8);
  };
  const update = perFrame(() => {
    const seen = list.clientHeight > 0; // a phone may show the messages
    for (const [kind, one] of Object.entries(buttons)) one.hidden = !seen || !beyond(kind);
  });
  scope.listen(list, "scroll", update, { passive: true });
  const observer = new ResizeObserver(update);
  observer.observe(list);
  scope.also(() => observer.disconnect());
  return { elements: Object.values(buttons), update };
}
