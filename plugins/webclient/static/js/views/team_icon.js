// The icon of a team: a picture that was chosen, or the first letter of its name.

import { h } from "../lib/dom.js";
import { BASE } from "../lib/api.js";

/** Decoration, the name stands beside it. */
export function teamIcon(one, size) {
  const version = one.last_team_icon_update;
  const common = { class: `size-${size}`, style: { width: `${size}px`, height: `${size}px` } };
  if (!version) return h("span.avatar.drawn", { ...common, "aria-hidden": "true" }, [...one.display_name][0]?.toUpperCase() ?? "");
  return h("img.avatar", { ...common, src: `${BASE}/api/v4/teams/${one.id}/image?_=${version}`, alt: "", width: size, height: size, decoding: "async" });
}
