// One's own picture: choosing another, and going back to the drawn one.

import { fill, h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { keep } from "../data/users.js";
import { avatar } from "../views/people.js";
import { toast, tryTo } from "./dialog.js";

/** The picture with its buttons. */
export function pictureSettings() {
  const place = h("div.picture-choice");
  draw(place);
  return place;
}

function draw(place) {
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/bmp", hidden: true, name: "picture", "aria-label": t("profile.picture"), onchange: () => upload(place, input.files[0]) });
  const choose = h("button.quiet.small", { type: "button", onclick: () => input.click() }, t("profile.picture"));
  const remove = state.me.last_picture_update > 0 && h("button.quiet.small", { type: "button", onclick: () => change(place, () => api.delete("/users/me/image")) }, t("profile.picture_remove"));
  fill(place, avatar(state.me.id, 72), input, choose, remove);
}

function upload(place, file) {
  const body = new FormData();
  body.append("image", file);
  return change(place, () => api.post("/users/me/image", body));
}

async function change(place, task) {
  await tryTo(async () => {
    await task();
    keep(await api.get("/users/me"));
    changed("users", "me");
    toast(t("saved"));
  });
  const focused = place.contains(document.activeElement);
  draw(place);
  if (focused) place.querySelector("button").focus();
}
