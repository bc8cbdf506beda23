// One picture at a time, as large as the window: arrows go on, Escape goes back to where one was.

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { joined, sideStep, t } from "../lib/i18n.js";
import { fileSize } from "../lib/sizes.js";
import { openDialog } from "../dialogs/dialog.js";
import { fileAt, pictureAt } from "./files.js";

/** Show the pictures of a message, beginning with one of them. */
export function openLightbox(files, first, postId) {
  let at = first;
  const image = h("img");
  const about = h("span.file-meta", { role: "status" });
  const download = h("a.quiet", icon("download", 16), t("file.save"));
  const step = (by) => {
    at = (at + by + files.length) % files.length;
    draw();
  };
  const arrow = (by, label, kind) => h("button.icon-button.step", { type: "button", class: kind, "aria-label": label, title: label, hidden: files.length < 2, onclick: () => step(by) }, icon("back", 24));
  const dialog = openDialog("", [
    h("div.stage", image, arrow(-1, t("lightbox.before"), "before"), arrow(1, t("lightbox.next"), "next")),
    h("div.lightbox-foot", about, download),
  ], { onclose: back });
  const heading = dialog.element.querySelector("h2");
  dialog.element.classList.add("lightbox");
  dialog.element.addEventListener("keydown", (event) => {
    const by = sideStep(event.key);
    if (!by || files.length < 2) return;
    event.preventDefault();
    step(by);
  });

  function draw() {
    const file = files[at];
    Object.assign(image, { src: pictureAt(file), alt: file.name, width: file.width || 640, height: file.height || 480 });
    heading.replaceChildren(h("bdi", file.name));
    about.textContent = joined([files.length > 1 && t("lightbox.place", { at: at + 1, count: files.length }), fileSize(file.size)], " · ");
    download.href = `${fileAt(file)}?download=1`;
    download.download = file.name;
  }

  /** The message may have been drawn anew meanwhile: then its new button gets the focus. */
  function back() {
    if (document.activeElement !== document.body) return;
    document.querySelector(`.post[data-id="${postId}"] .thumb[data-file="${files[first].id}"]`)?.focus();
  }

  draw();
}
