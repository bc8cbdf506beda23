// Attaching files where one writes: by the button, dropped, or pasted; each is shown until the message is sent.

import { announce, arrange, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { fileSize } from "../lib/sizes.js";
import { MOST, takesFiles, uploadsOf } from "../data/uploads.js";
import { toast } from "../dialogs/dialog.js";
import { fileAt, kindIcon } from "./files.js";

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** The files of one place where one writes. `scope` is the writer's, `onchange` is called after each change. */
export class Attach {
  #chips = new Map(); // item → { node, state, bar }

  constructor({ channelId, rootId, scope, area, onchange }) {
    this.uploads = uploadsOf(channelId, rootId);
    this.area = area;
    this.element = h("ul.uploads", { "aria-label": t("upload.label"), hidden: true });
    this.input = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true", onchange: () => {
      this.add(this.input.files);
      this.input.value = "";
    } });
    this.button = h("button.icon-button.attach", { type: "button", "aria-label": t("upload.attach"), title: t("upload.attach"), onclick: () => this.input.click() }, icon("clip", 17));
    scope.draw(["config"], () => {
      this.button.hidden = !takesFiles();
    });
    scope.listen(area, "paste", (event) => this.#paste(event));
    this.#draw();
    scope.on(this.uploads.topic, () => {
      this.#draw();
      onchange();
    });
  }

  add(files) {
    if (!takesFiles()) toast(t("upload.off"), { error: true });
    else if (files.length && !this.uploads.add(files)) toast(t("upload.most", { count: MOST }), { error: true });
    this.area.focus({ preventScroll: true });
  }

  /** Take files that are dropped onto a part of the page, while one may write there. */
  catchDrops(target, scope) {
    const over = (on) => target.classList.toggle("drop-here", on);
    target.dataset.drop = t("upload.drop");
    const listen = (name, fn) => scope.listen(target, name, (event) => hasFiles(event) && this.element.isConnected && takesFiles() && fn(event));
    listen("dragenter", () => over(true));
    listen("dragover", (event) => {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      over(true);
    });
    listen("dragleave", (event) => target.contains(event.relatedTarget) || over(false));
    listen("drop", (event) => {
      event.preventDefault();
      over(false);
      this.add(event.dataTransfer.files);
    });
  }

  /** Pictures that are pasted; a text that comes with a picture of itself (spreadsheets) stays a text. */
  #paste(event) {
    const files = event.clipboardData?.files ?? [];
    if (!files.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    this.add(files);
  }

  #draw() {
    const { items } = this.uploads;
    for (const item of this.#chips.keys()) if (!items.includes(item)) this.#chips.delete(item);
    arrange(this.element, items.map((item) => this.#chip(item)));
    this.element.hidden = !items.length;
  }

  #chip(item) {
    const chip = this.#chips.get(item) ?? { node: h("li.upload"), state: "", bar: null };
    this.#chips.set(item, chip);
    if (chip.state !== item.state) {
      const had = chip.node.contains(document.activeElement);
      this.#fillChip(chip, item);
      if (had) chip.node.querySelector("button")?.focus();
      if (item.state === "done") announce(t("upload.done", { name: item.name }));
    }
    if (chip.bar) chip.bar.value = item.sent;
    return chip.node;
  }

  #fillChip(chip, item) {
    chip.state = item.state;
    const running = item.state === "waiting" || item.state === "uploading";
    chip.bar = running ? h("progress", { max: "1", "aria-label": t("upload.progress", { name: item.name }) }) : null;
    chip.node.className = `upload ${item.state}`;
    const remove = t("upload.remove", { name: item.name });
    const picture = item.picture || (item.info?.has_preview_image && fileAt(item.info, "thumbnail"));
    chip.node.replaceChildren(
      picture ? h("img", { src: picture, alt: "", width: 36, height: 36 }) : kindIcon({ name: item.name, mime_type: item.file?.type ?? item.info?.mime_type ?? "" }),
      h("div.upload-about",
        h("bdi.file-name", { title: item.name }, item.name),
        item.problem ? h("span.problem-text", { role: "alert" }, item.problem) : h("span.file-meta", fileSize(item.size)),
        chip.bar),
      ...(item.again ? [h("button.link", { type: "button", onclick: () => this.uploads.retry(item) }, t("retry"))] : []),
      h("button.icon-button", { type: "button", "aria-label": remove, title: remove, onclick: () => {
        this.uploads.remove(item);
        this.area.focus();
      } }, icon("close", 15)));
  }
}

/** A file that is dropped beside any place for it must not take the page's place. */
export function guardDrops() {
  for (const name of ["dragover", "drop"]) {
    addEventListener(name, (event) => {
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    });
  }
}
