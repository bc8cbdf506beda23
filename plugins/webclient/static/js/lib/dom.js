// DOM nodes from plain calls. Text only ever becomes text nodes: nothing here parses HTML.

import { number } from "./i18n.js";

/**
 * Make an element: h("button.primary", { type: "button", onclick: save }, "Save").
 * Properties: `on…` are listeners, `class` adds classes, `data` and `style` are objects; null, undefined and false are
 * left out. Children: nodes, texts, numbers, arrays of these; null, undefined and false are left out.
 */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  if (props !== null && props !== undefined && (typeof props !== "object" || props instanceof Node || Array.isArray(props))) {
    children.unshift(props);
  } else {
    for (const [key, value] of Object.entries(props ?? {})) setProperty(element, key, value);
  }
  append(element, children);
  turn(element);
  return element;
}

const TEXTS = ["text", "search", "textarea"];
const LEFT_TO_RIGHT = ["email", "number", "password", "tel", "url"];

/** A field is read as what is typed there, code from left to right, whatever the page's direction. */
function turn(element) {
  if (element.dir) return;
  if (element.localName === "code" || LEFT_TO_RIGHT.includes(element.type)) element.dir = "ltr";
  else if (TEXTS.includes(element.type)) {
    element.dir = "auto";
    element.placeholder ||= " "; // an empty field is known by it in the style sheet
  }
}

function setProperty(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "class") element.classList.add(...value.split(" ").filter(Boolean));
  else if (key === "data") Object.assign(element.dataset, value);
  else if (key === "style") for (const [name, text] of Object.entries(value)) element.style.setProperty(name, text);
  else if (key === "value") element.value = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}

/** Append children as `h` takes them. */
export function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === true) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : typeof child === "number" ? number(child) : String(child));
  }
}

/** Replace everything in an element. */
export function fill(element, ...children) {
  const fragment = document.createDocumentFragment();
  append(fragment, children);
  element.replaceChildren(fragment);
  return element;
}

const STATES = new Set(["unread", "muted-channel"]);

/** What tells an element of a part of the page from the others, also when it is drawn anew. */
function marksOf(element) {
  const row = element.closest("[data-channel], [data-category]");
  const classes = [...element.classList].filter((name) => !STATES.has(name));
  const name = row ? Object.values(row.dataset).join() : (element.getAttribute("aria-label") ?? element.textContent);
  return [element.tagName, ...classes, name].join("|");
}

/** Draw a part of the page anew; the focus goes to what stands in the place of the element that had it. */
export function keepFocus(root, draw) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  draw();
  if (!active || active.isConnected) return;
  const all = [...root.querySelectorAll(active.tagName)];
  const same = all.find((one) => marksOf(one) === marksOf(active)) ?? all.find((one) => one.className === active.className);
  same?.focus({ preventScroll: true });
}

/** Make `nodes` the children of `parent`, in this order, moving as few of those that are there as possible. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}

/** Return the first focusable elements of a part of the page, in tab order. */
export function focusable(root) {
  const all = root.querySelectorAll("a[href], button, input, textarea, select, [tabindex='0']");
  return [...all].filter((element) => !element.disabled && element.getClientRects().length > 0);
}

/** Say something to screen readers. */
export function announce(text) {
  let region = document.getElementById("announcer");
  if (!region) {
    region = h("div.sr-only", { id: "announcer", role: "status", "aria-live": "polite" });
    document.body.append(region);
  }
  region.textContent = text;
}

/** Run `task` once per frame at most; in a hidden tab, where there are no frames, soon. */
export function perFrame(task) {
  let waiting = false;
  const run = () => {
    waiting = false;
    task();
  };
  return () => {
    if (waiting) return;
    waiting = true;
    if (document.hidden) setTimeout(run, 50);
    else requestAnimationFrame(run);
  };
}

/** Call `fn` once the calls have paused for `ms`. */
export function debounce(fn, ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
}
