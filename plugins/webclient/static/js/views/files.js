// The files of a message: pictures with their room kept before they are there, players, and cards for all else.

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { href } from "../lib/router.js";
import { joined, t } from "../lib/i18n.js";
import { fileSize } from "../lib/sizes.js";
import { openLightbox } from "./lightbox.js";
import { folded } from "./previews.js";
import { readerOf } from "./readable_files.js";

const WIDEST = 440;
const HIGHEST = 300;
const PLAYED = { video: /^video\/(mp4|webm|quicktime|x-m4v)$/, audio: /^audio\/(mpeg|mp4|aac|ogg|opus|webm|flac|x-flac|x-m4a|wav|x-wav|wave|vnd\.wave)$/ };
const KINDS = [
  ["image", /^image\//], ["film", /^video\//], ["music", /^audio\//],
  ["archive", /zip|tar|compressed|7z|rar/], ["table", /csv|spreadsheet|excel/], ["text", /^text\/|pdf|word|json|document/],
];

/** What a file's name ends with. */
export const extensionOf = (file) => (file.extension || (file.name.includes(".") ? file.name.split(".").pop() : "")).slice(0, 8);

/** The address of a file, or of a smaller picture of it. */
export const fileAt = (file, kind = "") => href(`/api/v4/files/${file.id}${kind && `/${kind}`}`);

/** The address of the picture to show: animated ones have no preview and are shown themselves. */
export const pictureAt = (file) => fileAt(file, file.has_preview_image ? "preview" : "");

/** Whether a file is shown as a picture. */
export const isPicture = (file) => file.has_preview_image || file.mime_type === "image/gif";

/** An icon that tells what kind of file it is. */
export function kindIcon(file) {
  const kind = KINDS.find(([, type]) => type.test(file.mime_type ?? ""))?.[0] ?? "file";
  return h("span.file-kind", { class: kind }, icon(kind, 20));
}

/** The files that a message still has. */
export const filesOf = (post) => (post.metadata?.files ?? []).filter((file) => post.file_ids?.includes(file.id) && !file.delete_at);

/** Everything that is attached to a message, or null. */
export function fileBlock(post) {
  const files = filesOf(post);
  if (!files.length) return null;
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  return h("div.files",
    pictures.length > 0 && folded(pictures.map((file) => file.name).join(", "),
      h("div.pictures", { class: pictures.length > 1 ? "several" : "" }, pictures.map((file) => picture(file, pictures, post)))),
    others.map((file) => player(file) ?? readable(file) ?? card(file)));
}

function picture(file, all, post) {
  const scale = Math.min(1, WIDEST / (file.width || WIDEST), HIGHEST / (file.height || HIGHEST));
  const width = Math.max(1, Math.round((file.width || WIDEST) * scale));
  const height = Math.max(1, Math.round((file.height || HIGHEST) * scale));
  const image = h("img", { src: pictureAt(file), alt: file.name, width, height, loading: "lazy", decoding: "async" });
  if (/^[A-Za-z0-9+/=]+$/.test(file.mini_preview ?? "")) {
    image.style.setProperty("background-image", `url("data:image/jpeg;base64,${file.mini_preview}")`);
    image.addEventListener("load", () => image.style.removeProperty("background-image"));
  }
  image.addEventListener("error", () => button.classList.add("broken"));
  const button = h("button.thumb", {
    type: "button", title: file.name, "aria-label": t("file.show", { name: file.name }), data: { file: file.id },
    onclick: () => openLightbox(all, all.indexOf(file), post.id),
  }, image);
  return button;
}

function player(file) {
  const kind = Object.keys(PLAYED).find((one) => PLAYED[one].test(file.mime_type));
  if (!kind) return null;
  // What this browser can't play after all is a card to download.
  const media = h(kind, { src: fileAt(file), controls: true, preload: "metadata", "aria-label": file.name, onerror: () => media.remove() });
  return h("div.player", { class: kind }, media, card(file));
}

function readable(file) {
  const onclick = readerOf(file);
  return onclick && h("div.readable", card(file), h("button.quiet.small", { type: "button", "aria-label": t("file.show", { name: file.name }), onclick }, t("file.read")));
}

function card(file) {
  const kind = extensionOf(file).toUpperCase();
  return h("a.file-card", { href: `${fileAt(file)}?download=1`, download: file.name },
    h("span.sr-only", t("file.save")), kindIcon(file),
    h("span.upload-about", h("bdi.file-name", { title: file.name }, file.name), h("span.file-meta", joined([kind, fileSize(file.size)], " · "))),
    icon("download", 17));
}
