// Editing a message where it stands.

import { h } from "../lib/dom.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import * as posts from "../data/posts.js";
import { confirmDialog, tryTo } from "../dialogs/dialog.js";
import { Autocomplete } from "./autocomplete.js";
import { fit } from "./text_area.js";

export function editor(post) {
  const area = h("textarea", { "aria-label": t("post.edit"), rows: 1, oninput: () => fit(area) });
  area.value = post.message;
  const complete = new Autocomplete(area, { channelId: post.channel_id });
  const done = () => {
    state.editing = null;
    changed("editing");
    const composers = document.querySelectorAll(".composer textarea");
    (state.editingIn ? composers[composers.length - 1] : composers[0])?.focus();
  };
  const save = async () => {
    const message = area.value.trim();
    if (message === post.message) return done();
    if (message || post.file_ids?.length) {
      if (await tryTo(async () => (await posts.edit(post.id, message), true))) done();
      return undefined;
    }
    if (await confirmDialog(t("post.delete"), t("post.delete_text"), t("delete"))) await tryTo(() => posts.remove(post));
    return done();
  };
  area.addEventListener("keydown", (event) => {
    if (complete.key(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      done();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  setTimeout(() => {
    fit(area);
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  });
  return h("div.post-editor", area, h("div.dialog-actions",
    h("span.hint", t("edit.keys")),
    h("button.quiet.small", { type: "button", onclick: done }, t("cancel")),
    h("button.primary.small", { type: "button", onclick: save }, t("save"))));
}
