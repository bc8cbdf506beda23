// Addresses of pages, relative to the path under which the site is published.

import { BASE } from "./api.js";

let onChange = () => {};

/** Return where we are, without the site's own path: "/team/channels/town-square". */
export function path() {
  const full = location.pathname;
  return (full.startsWith(BASE) ? full.slice(BASE.length) : full) || "/";
}

/** Return the parts of the address, decoded. */
export function segments() {
  return path().split("/").filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

export const href = (to) => BASE + to;

export const absolute = (to) => location.origin + BASE + to;

/** Go to another page of ours; the promise is kept when it is shown. */
export function go(to, { replace = false } = {}) {
  if (href(to) !== location.pathname + location.search) history[replace ? "replaceState" : "pushState"](null, "", href(to));
  return onChange();
}

/** Call `fn` whenever the address changes, also by links and the browser's buttons. */
export function start(fn) {
  onChange = fn;
  addEventListener("popstate", fn);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const url = new URL(link.href, location.href);
    const ours = url.origin === location.origin && (url.pathname === BASE || url.pathname.startsWith(`${BASE}/`));
    const inside = url.pathname.slice(BASE.length);
    if (!ours || /^\/(api|static|plugins|oauth|login\/sso)(\/|$)/.test(inside)) return;
    event.preventDefault();
    go(inside + url.search);
  });
}
