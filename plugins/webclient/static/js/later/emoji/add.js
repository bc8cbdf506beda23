// An emoji of one's own for this server: a picture and a name.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { knows, ownEmoji } from "../../data/emoji.js";
import { field, FieldError, form, openDialog, toast } from "../../dialogs/dialog.js";

const NAME = /^[a-z0-9_+-]{1,64}$/;

export function addEmojiDialog() {
  const preview = h("div.emoji-preview");
  const picture = field({ label: t("emoji.picture"), name: "picture", type: "file", accept: "image/png,image/jpeg,image/gif", hint: t("emoji.picture_hint") });
  const input = picture.querySelector("input");
  input.addEventListener("change", () => {
    const url = input.files[0] && URL.createObjectURL(input.files[0]);
    fill(preview, url && h("img", { src: url, alt: "", width: 64, height: 64, onload: () => URL.revokeObjectURL(url) }));
  });
  const name = field({ label: t("emoji.name"), name: "name", maxlength: 64, autocomplete: "off", autocapitalize: "none", spellcheck: "false", required: true, autofocus: true, hint: t("emoji.name_hint") });
  const dialog = openDialog(t("emoji.add"), form([name, picture, preview], t("emoji.add_action"), async (values) => {
    const wanted = values.name.trim().replaceAll(":", "").toLowerCase();
    if (!NAME.test(wanted)) throw new FieldError("name", t("emoji.name_hint"));
    if (!input.files.length) throw new FieldError("picture", t("emoji.need_picture"));
    const body = new FormData();
    body.append("emoji", JSON.stringify({ name: wanted, creator_id: state.me.id }));
    body.append("image", input.files[0]);
    knows(await create(body));
    ownEmoji({ again: true });
    dialog.close();
    toast(t("emoji.added", { name: wanted }));
  }));
}

/** Have the server take it; what it says of the name or the picture is said beside that field. */
async function create(body) {
  try {
    return await api.post("/emoji", body);
  } catch (error) {
    if (/name|duplicate/.test(error.id)) throw new FieldError("name", error.message);
    if (/image|upload|too_large|large/.test(error.id)) throw new FieldError("picture", error.message);
    throw error;
  }
}
