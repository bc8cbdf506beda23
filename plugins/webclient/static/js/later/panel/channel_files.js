// The files of a channel in the panel, newest first: narrowed by kind and name; opened, or followed to their message.

import { arrange, debounce, fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { href } from "../../lib/router.js";
import { Scope, state } from "../../lib/store.js";
import { joined, t } from "../../lib/i18n.js";
import { fileSize } from "../../lib/sizes.js";
import { shortTime } from "../../lib/time.js";
import { team } from "../../data/channels.js";
import { displayName, need } from "../../data/users.js";
import { words } from "../../dialogs/dialog.js";
import { extensionOf, fileAt, isPicture, kindIcon } from "../../views/files.js";
import { openLightbox } from "../../views/lightbox.js";

const PAGE = 30;
const TYPING_MS = 250;
const NEWS_MS = 400;
const KINDS = {
  any: "",
  pictures: "png jpg jpeg gif webp bmp svg tif tiff heic avif",
  documents: "pdf doc docx odt rtf txt md log html tex pages",
  tables: "xls xlsx ods csv tsv numbers",
  slides: "ppt pptx odp key",
  videos: "mp4 webm mov avi mkv m4v",
  sounds: "mp3 wav ogg oga m4a flac aac opus",
  archives: "zip tar gz tgz bz2 xz 7z rar",
};

export class FilesView {
  #scope = new Scope();
  #files = [];
  #rows = new Map(); // file id → its row
  #more = false;
  #turn = 0;

  constructor(channelId) {
    this.channelId = channelId;
    this.name = h("input", { type: "search", name: "file-name", autocomplete: "off", placeholder: t("files.search"), "aria-label": t("files.search"), oninput: debounce(() => this.#load(), TYPING_MS) });
    this.kind = h("select", { name: "file-kind", "aria-label": t("files.kind"), onchange: () => this.#load() }, Object.keys(KINDS).map((kind) => h("option", { value: kind }, t(`files.${kind}`))));
    this.list = h("ul.channel-files");
    this.status = h("div", { role: "status" }, h("p.loading", t("loading")));
    this.moreButton = h("button.quiet.block", { type: "button", hidden: true, onclick: () => this.#load({ more: true }) }, t("files.more"));
    this.element = h("div.results", h("div.search-form.file-search", this.name, this.kind), this.list, this.status, this.moreButton);
  }

  begin() {
    this.#load();
    this.#scope.on(`posts:${this.channelId}`, debounce(() => this.#load({ news: true }), NEWS_MS));
    this.#scope.on("users", () => this.#draw());
  }

  close() {
    this.#turn += 1; // what is under way comes too late
    this.#scope.close();
  }

  /** What the search operation understands: the channel's id, extensions, and each word of the name in quotation marks. */
  #terms() {
    const names = this.name.value.split(/[\s"]+/).filter(Boolean).map((word) => `"${word}"`);
    const kinds = KINDS[this.kind.value].split(" ").filter(Boolean).map((extension) => `ext:${extension}`);
    return [`in:${this.channelId}`, ...kinds, ...names].join(" ");
  }

  /** Read the first page; with `more` the next one, with `news` the first one again without a word about it. */
  async #load({ more = false, news = false } = {}) {
    const turn = (this.#turn += 1);
    if (!more && !news) fill(this.status, h("p.loading", t("loading")));
    const page = more ? Math.floor(this.#files.length / PAGE) : 0;
    try {
      const found = await api.post("/files/search", { terms: this.#terms(), page, per_page: PAGE, include_deleted_channels: true });
      if (turn !== this.#turn) return;
      this.#take(found.order.map((id) => found.file_infos[id]), { more, news });
      this.#draw();
    } catch (error) {
      if (turn !== this.#turn || news) return;
      fill(this.status, h("p.empty", words(error)));
    }
  }

  #take(found, { more, news }) {
    const full = found.length === PAGE;
    const ids = new Set(found.map((file) => file.id));
    const others = this.#files.filter((file) => !ids.has(file.id));
    if (more) this.#files = [...others, ...found];
    else this.#files = news && full ? [...found, ...others.filter((file) => file.create_at < found.at(-1).create_at)] : found;
    if (!news || !full) this.#more = full;
    need(found.map((file) => file.user_id));
  }

  #draw() {
    const pictures = this.#files.filter(isPicture);
    const rows = this.#files.map((file) => this.#row(file, pictures));
    arrange(this.list, rows);
    fill(this.status, rows.length === 0 && h("p.empty", t(this.name.value.trim() || this.kind.value !== "any" ? "search.none" : "files.none")));
    this.moreButton.hidden = !this.#more;
  }

  #row(file, pictures) {
    const about = joined([extensionOf(file).toUpperCase(), fileSize(file.size), displayName(state.users.get(file.user_id)), shortTime(file.create_at)], " · ");
    const kept = this.#rows.get(file.id);
    if (kept?.about === about) {
      kept.pictures = pictures;
      return kept.node;
    }
    const entry = { about, pictures };
    const inside = [preview(file), h("span.upload-about", h("bdi.file-name", { title: file.name }, file.name), h("span.file-meta", about))];
    const open = isPicture(file)
      ? h("button.file-open", { type: "button", onclick: () => openLightbox(entry.pictures, entry.pictures.findIndex((one) => one.id === file.id), file.post_id) }, inside)
      : h("a.file-open", { href: `${fileAt(file)}?download=1`, download: file.name }, h("span.sr-only", t("file.save")), inside);
    entry.node = h("li.channel-file", open, h("a.file-jump", { href: href(`/${team()?.name}/pl/${file.post_id}`) }, t("search.jump"), h("span.sr-only", `: ${file.name}`)));
    this.#rows.set(file.id, entry);
    return entry.node;
  }
}

function preview(file) {
  if (!file.has_preview_image) return kindIcon(file);
  const image = h("img.file-thumb", { src: fileAt(file, "thumbnail"), alt: "", width: 36, height: 36, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(kindIcon(file)));
  return image;
}
