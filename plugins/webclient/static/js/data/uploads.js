// Files on their way to the server, per place where one writes: they go on while another channel is looked at, and those
// that have arrived are still there when the page is loaded again.

import { send } from "../lib/upload.js";
import { changed, kept, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { fileSize } from "../lib/sizes.js";

export const MOST = 10;
const AT_ONCE = 2;

const places = new Map(); // channel and root → Uploads

/** Whether this server takes files. */
export const takesFiles = () => state.config.EnableFileAttachments !== "false";

const largest = () => Number(state.config.MaxFileSize) || Infinity;

/** Return what is being attached in a channel, or to a thread of it. */
export function uploadsOf(channelId, rootId) {
  const key = `${channelId}:${rootId}`;
  if (!places.has(key)) places.set(key, new Uploads(channelId, key));
  return places.get(key);
}

const newItem = (values) => ({ file: null, state: "waiting", sent: 0, info: null, problem: "", again: false, picture: "", controller: null, ...values });

/** Files of one message that isn't sent yet; each item is { name, size, state, sent, info, problem, again, picture }. */
class Uploads {
  #keptAs;

  constructor(channelId, key) {
    this.#keptAs = `files.${state.me.id}.${key}`;
    Object.assign(this, { channelId, topic: `uploads:${key}`, items: this.#restored() });
  }

  #restored() {
    try {
      return JSON.parse(kept.get(this.#keptAs) ?? "[]").map((info) => newItem({ name: info.name, size: info.size, state: "done", info }));
    } catch {
      return [];
    }
  }

  /** Take the files of a draft that another device began; what is attached here stays. */
  restore(infos) {
    const there = new Set(this.done.map((info) => info.id));
    this.items.push(...infos.filter((info) => !there.has(info.id)).map((info) => newItem({ name: info.name, size: info.size, state: "done", info })));
    this.#keep();
    changed(this.topic);
  }

  #keep() {
    const infos = this.done.map((info) => ({ ...info, mini_preview: undefined }));
    kept.set(this.#keptAs, infos.length ? JSON.stringify(infos) : null);
  }

  get busy() {
    return this.items.some((item) => item.state === "waiting" || item.state === "uploading");
  }

  get done() {
    return this.items.filter((item) => item.state === "done").map((item) => item.info);
  }

  /** Add files as far as there is room; returns whether all of them had it. */
  add(files) {
    const all = [...files];
    const taken = all.slice(0, Math.max(0, MOST - this.items.length));
    for (const file of taken) {
      const picture = /^image\/(png|jpeg|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : "";
      const item = newItem({ file, name: file.name, size: file.size, picture });
      this.items.push(item);
      if (file.size > largest()) this.#fail(item, t("upload.too_large", { size: fileSize(largest()) }), false);
    }
    this.#next();
    return taken.length === all.length;
  }

  retry(item) {
    Object.assign(item, { state: "waiting", problem: "", sent: 0 });
    this.#next();
  }

  remove(item) {
    item.controller?.abort();
    this.#drop((one) => one !== item);
    this.#next();
  }

  /** Forget the files that a message has taken along. */
  taken() {
    this.#drop((item) => item.state !== "done");
    changed(this.topic);
  }

  #drop(stays) {
    for (const item of this.items) if (!stays(item) && item.picture) URL.revokeObjectURL(item.picture);
    this.items = this.items.filter(stays);
    this.#keep();
  }

  #next() {
    const running = this.items.filter((item) => item.state === "uploading").length;
    for (const item of this.items.filter((one) => one.state === "waiting").slice(0, AT_ONCE - running)) this.#upload(item);
    changed(this.topic);
  }

  async #upload(item) {
    item.state = "uploading";
    item.controller = new AbortController();
    const form = new FormData();
    form.append("channel_id", this.channelId);
    form.append("client_ids", crypto.getRandomValues(new Uint32Array(2)).join("-"));
    form.append("files", item.file, item.name);
    const tell = (sent) => {
      item.sent = sent;
      changed(this.topic);
    };
    try {
      const answer = await send("/files", form, { tell, signal: item.controller.signal });
      Object.assign(item, { state: "done", info: answer.file_infos[0], sent: 1, file: null });
      this.#keep();
    } catch (error) {
      if (!item.controller.signal.aborted) this.#fail(item, problem(error), ![400, 403, 413, 501].includes(error.status));
    }
    this.#next();
  }

  #fail(item, problem, again) {
    Object.assign(item, { state: "failed", problem, again });
  }
}

function problem(error) {
  if (error.status === 0) return t("upload.unreached");
  if (error.status === 413 && largest() < Infinity) return t("upload.too_large", { size: fileSize(largest()) });
  if (error.missing || error.id === "api.file.attachments.disabled.app_error") return t("upload.off");
  return error.message || t("error.unknown");
}
