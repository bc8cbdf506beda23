// Choosing a picture, and taking it away: one's own, or a team's.

import { fill, h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { keep } from "../data/users.js";
import { avatar } from "../views/people.js";
import { toast, tryTo } from "./dialog.js";

/**
 * A picture with its buttons: `shown()` is what there is now, `chosen()` whether it can be taken away, `path` where it is
 * kept, `read()` reads again what it belongs to, `words` are the keys of both buttons' texts.
 */
export function pictureChoice(picture) {
  const place = h("div.picture-choice");
  draw(place, picture);
  return place;
}

/** One's own picture; without one there is a drawn one. */
export const pictureSettings = () => pictureChoice({
  shown: () => avatar(state.me.id, 72),
  chosen: () => state.me.last_picture_update > 0,
  path: "/users/me/image",
  read: async () => {
    keep(await api.get("/users/me"));
    changed("users", "me");
  },
  words: ["profile.picture", "profile.picture_remove"],
});

function draw(place, picture) {
  const [choose, remove] = picture.words;
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/bmp", hidden: true, name: "picture", "aria-label": t(choose), onchange: () => upload(place, picture, input.files[0]) });
  fill(place, picture.shown(), input,
    h("button.quiet.small", { type: "button", onclick: () => input.click() }, t(choose)),
    picture.chosen() && h("button.quiet.small", { type: "button", onclick: () => change(place, picture, () => api.delete(picture.path)) }, t(remove)));
}

function upload(place, picture, file) {
  const body = new FormData();
  body.append("image", file);
  return change(place, picture, () => api.post(picture.path, body));
}

async function change(place, picture, task) {
  await tryTo(async () => {
    await task();
    await picture.read();
    toast(t("saved"));
  });
  const focused = place.contains(document.activeElement);
  draw(place, picture);
  if (focused) place.querySelector("button").focus();
}
