// Line icons on a 24 × 24 grid, drawn here so that no icon font has to be loaded.

import { ownFile } from "./api.js";

const PATHS = {
  archive: "M4 8v11h16V8M3 4h18v4H3zM10 12h4",
  at: "M16 12a4 4 0 1 0-8 0 4 4 0 0 0 8 0zM16 8v5.500a2.500 2.500 0 0 0 5 0V12a9 9 0 1 0-4 7.500",
  back: "M15 5l-7 7 7 7",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  bold: "M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  chart: "M4 20h16M7 16v-5M12 16V5M17 16V9",
  check: "M5 12.500l4.5 4.500L19 7.5",
  chevron: "M7 10l5 5 5-5",
  clip: "M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.700 4.700l-8.500 8.500a1.600 1.600 0 0 1-2.300-2.300L14.500 7.300",
  clock: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  close: "M6 6l12 12M18 6L6 18",
  code: "M9 7l-5 5 5 5M15 7l5 5-5 5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  door: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  down: "M12 5v14M6 13l6 6 6-6",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  eye: "M2.5 12C5 7.500 8.500 6 12 6s7 1.500 9.500 6c-2.500 4.500-6 6-9.500 6s-7-1.500-9.500-6zM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  filter: "M4 7h16M7 12h10M10 17h4",
  film: "M3 5h18v14H3zM10 9l5 3-5 3z",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  numbers: "M10 6h10M10 12h10M10 18h10M4 4.500l1.500-.700V9M3.700 13.500c.3-1.800 3-1.700 2.800 0-.1.900-2.800 2.500-2.800 3.500h3",
  hash: "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.700.400-1.100.900-1.100 1.800M12 16.500h.01",
  image: "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 5M15.500 9h.01",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8h.01",
  italic: "M10 5h8M6 19h8M14 5l-4 14",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  list: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  moon: "M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z",
  more: "M5 12a.75.75 0 1 0 1.500 0 .75.75 0 1 0-1.500 0zM11.250 12a.75.75 0 1 0 1.500 0 .75.75 0 1 0-1.500 0zM17.500 12a.75.75 0 1 0 1.500 0 .75.75 0 1 0-1.500 0z",
  music: "M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM19 16a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z",
  mute: "M6 16V11a6 6 0 0 1 9-5M18 11v5l2 2H8M10 21h4M4 4l16 16",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.500a3.5 3.5 0 0 1 0 6M18 14.500c2.5.700 3.5 2.5 3.5 5.5",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  plus: "M12 5v14M5 12h14",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  puzzle: "M5 8h4V6a2 2 0 1 1 4 0v2h5v4h-2a2 2 0 1 0 0 4h2v4H5z",
  quote: "M5 6v12M9 8h10M9 12h10M9 16h6",
  reply: "M10 6L4 12l6 6M4 12h10a6 6 0 0 1 6 6v1",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM16 16l4 4",
  send: "M4 12l16-8-6 16-3-7z",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 4.500v5M8 14.500v5",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14.500c1.5 2.5 5.5 2.5 7 0M9 9.500h.01M15 9.500h.01",
  star: "M12 4l2.5 5.2 5.5.800-4 4 1 5.6-5-2.7-5 2.7 1-5.6-4-4 5.5-.800z",
  strike: "M4 12h16M16 7c-1-2-7-3-8 1 0 2 2 3 4 4M8 17c1 2.5 8 3 8-1",
  table: "M4 4h16v16H4zM4 10h16M4 15h16M10 4v16",
  text: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  thread: "M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12h5",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  up: "M12 19V5M6 11l6-6 6 6",
  unread: "M4 7h16M7 12h10M10 17h4",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.5 3.5-7 8-7s8 2.5 8 7",
  wifi_off: "M4 4l16 16M3 10c2-2 4-3 6-3.500M21 10a13 13 0 0 0-7-3.700M7 14a8 8 0 0 1 4-2M12 18h.01",
};
/** Those that point somewhere along the line, or have its beginning: turned round where one reads from right to left. */
const DIRECTED = new Set(["back", "door", "list", "quote", "reply", "send", "thread"]);
const NAMESPACE = "http://www.w3.org/2000/svg";

/** Return an icon; it is decoration, so the button around it needs a label. */
export function icon(name, size = 18) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", ...(DIRECTED.has(name) ? ["directed"] : []));
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", PATHS[name] ?? "");
  svg.append(path);
  return svg;
}

/** Return the mark of Hubbub. */
export function logo(size = 40) {
  const image = document.createElement("img");
  image.src = ownFile("img/icon.svg");
  image.alt = "";
  image.width = size;
  image.height = size;
  return image;
}
