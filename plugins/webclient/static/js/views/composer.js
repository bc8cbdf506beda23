// Where one writes: Enter sends, Shift+Enter begins a new line; what isn't sent is kept as a draft.

import { debounce, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { fill } from "../lib/dom.js";
import { pressed } from "../lib/keys.js";
import { Scope, state } from "../lib/store.js";
import { joined, t } from "../lib/i18n.js";
import * as channels from "../data/channels.js";
import * as posts from "../data/posts.js";
import * as commands from "../data/commands.js";
import { draft, keepDraft } from "../data/drafts.js";
import { sendTyping } from "../data/events.js";
import { typingIn } from "../data/typing.js";
import { nameOf } from "../data/users.js";
import { emojiOf } from "../data/emoji.js";
import { preference } from "../data/preferences.js";
import { renderMarkdown } from "../markdown/render.js";
import { fullTime } from "../lib/time.js";
import { schedule, schedulingOn } from "../data/scheduled.js";
import { toast, tryTo, words } from "../dialogs/dialog.js";
import { Attach } from "./attach.js";
import { Autocomplete } from "./autocomplete.js";
import { openSendLater } from "./send_later.js";
import { openEmojiPicker } from "./emoji_picker.js";
import { beginEditing, openThreadOf } from "./post_actions.js";
import { fit, prefixLines, replaceRange, wrap } from "./text_area.js";

const LONGEST = 16_383;
const WARN_FROM = 500;
const TYPING_EVERY_MS = 4000;

export class Composer {
  #scope = new Scope();
  #typed = 0;
  #closed = false;

  constructor({ channelId, rootId }) {
    Object.assign(this, { channelId, rootId });
    this.area = h("textarea", {
      rows: 1, id: rootId ? "reply" : "composer", enterkeyhint: "send", oninput: () => this.#input(), onkeydown: (event) => this.#key(event),
    });
    this.taken = this.area.value = draft(channelId, rootId);
    this.complete = new Autocomplete(this.area, { channelId, commands: true });
    this.sendButton = h("button.icon-button.send", { type: "button", "aria-label": t("send"), title: t("send"), onclick: () => this.send() }, icon("send"));
    this.laterButton = schedulingOn() && h("button.icon-button.send-later", { type: "button", "aria-haspopup": "menu", "aria-label": t("later.title"), title: t("later.title"), onclick: () => openSendLater(this.laterButton, (at) => this.#sendLater(at)) }, icon("clock", 17));
    this.attach = new Attach({ channelId, rootId, scope: this.#scope, area: this.area, onchange: () => {
      this.#update();
      this.keep();
    } });
    this.left = h("span.left", { role: "status", hidden: true });
    this.preview = h("div.preview", { hidden: true });
    this.typing = h("div.typing", { "aria-live": "off" });
    const box = h("div.composer-box", this.area, this.preview, this.attach.element, h("div.composer-tools", { role: "toolbar", "aria-label": t("composer.tools") }, this.#tools(), h("span.grow"), this.left, this.laterButton, this.sendButton));
    this.element = h("div.composer", box, this.typing);
    this.keep = debounce(() => this.#closed || this.#keepDraft(), 400);
    this.#scope.draw(["channels", "users"], () => this.#label());
    this.#scope.draw(["typing", "users"], () => this.#drawTyping());
    this.#scope.on("drafts", () => this.#takeDraft());
    this.#update();
    setTimeout(() => fit(this.area));
  }

  #keepDraft() {
    this.taken = this.area.value;
    keepDraft(this.channelId, this.rootId, this.area.value);
  }

  close() {
    this.#keepDraft();
    this.#closed = true;
    this.complete.close();
    this.#scope.close();
  }

  /** Put the cursor here; `quietly`: not on phones, where a keyboard would cover the messages. */
  focus({ quietly = false } = {}) {
    if (quietly && matchMedia("(pointer: coarse), (max-width: 760px)").matches) return;
    if (quietly && document.querySelector("dialog[open], .popup")) return;
    this.area.focus({ preventScroll: true });
  }

  send() {
    const message = this.area.value.trim();
    const { uploads } = this.attach;
    const files = uploads.done;
    if (uploads.busy) toast(t("upload.wait"));
    if (uploads.busy || (!message && !files.length) || message.length > LONGEST) return;
    if (!files.length && commands.isCommand(message)) {
      this.#command(message);
      return;
    }
    uploads.taken();
    this.#empty();
    this.#togglePreview(false);
    const win = posts.windowOf(this.channelId);
    if (!this.rootId) {
      win.following = true;
      win.seenUntil = 0;
      if (!win.atEnd) posts.latest(this.channelId);
    }
    posts.send(this.channelId, message, this.rootId, files);
    this.area.focus();
  }

  async #sendLater(at) {
    const { uploads } = this.attach;
    const message = this.area.value.trim();
    const sent = await tryTo(async () => (await schedule({ channelId: this.channelId, rootId: this.rootId, message, files: uploads.done, at }), true));
    if (!sent) return;
    uploads.taken();
    this.#empty();
    toast(t("later.done", { time: fullTime(at) }));
    this.focus({ quietly: true });
  }

  #empty() {
    this.area.value = "";
    this.complete.close(); // what is found late for the sent text isn't wanted any more
    this.#typed = 0;
    this.#keepDraft();
    this.#update();
    fit(this.area);
  }

  /** Have a command run; one that is refused stays to be mended. */
  async #command(message) {
    this.#empty();
    try {
      await commands.run(this.channelId, this.rootId, message);
    } catch (error) {
      if (!this.area.value) this.#insert(message);
      toast(words(error), { error: true });
    }
  }

  #label() {
    const one = channels.channel(this.channelId);
    const name = channels.channelName(one);
    const text = this.rootId ? t("composer.reply") : t("composer.write", { name });
    this.area.placeholder = text;
    this.area.setAttribute("aria-label", text);
  }

  /** Show what another device left behind; what is being typed here stays. */
  #takeDraft() {
    const now = draft(this.channelId, this.rootId);
    if (now === this.taken || now === this.area.value || this.area.value !== this.taken) return;
    this.taken = this.area.value = now;
    this.#update();
    fit(this.area);
  }

  #tools() {
    const tool = (symbol, label, run) => h("button.icon-button", { type: "button", class: `tool-${symbol}`, title: label, "aria-label": label, onclick: run }, icon(symbol, 17));
    const smile = tool("smile", t("emoji.title"), () => openEmojiPicker(smile, (name) => this.#insert(`${emojiOf(name) ?? `:${name}:`} `), this.area));
    this.smile = smile;
    this.previewButton = tool("eye", t("composer.preview"), () => this.#togglePreview(this.preview.hidden));
    return [
      tool("bold", t("format.bold"), () => wrap(this.area, "**")),
      tool("italic", t("format.italic"), () => wrap(this.area, "*")),
      tool("strike", t("format.strike"), () => wrap(this.area, "~~")),
      tool("code", t("format.code"), () => this.#code()),
      tool("link", t("format.link"), () => wrap(this.area, "[", "](https://)")),
      tool("quote", t("format.quote"), () => prefixLines(this.area, "> ")),
      tool("list", t("format.list"), () => prefixLines(this.area, "- ")),
      tool("numbers", t("format.numbers"), () => prefixLines(this.area, "1. ")),
      this.previewButton, smile, this.attach.button, this.attach.input,
      tool("help", t("format.help"), async () => (await import("../later/help/formatting.js")).formattingDialog()),
    ];
  }

  #code() {
    const inside = this.area.value.slice(this.area.selectionStart, this.area.selectionEnd);
    if (inside.includes("\n")) wrap(this.area, "```\n", "\n```");
    else wrap(this.area, "`");
  }

  #insert(text) {
    replaceRange(this.area, this.area.selectionStart, this.area.selectionEnd, text);
  }

  #togglePreview(on) {
    this.preview.hidden = !on;
    this.area.hidden = on;
    this.previewButton.setAttribute("aria-pressed", String(on));
    if (on) fill(this.preview, this.area.value.trim() ? renderMarkdown(this.area.value) : h("p.muted", t("composer.nothing")));
    else this.focus({ quietly: true });
  }

  #input() {
    fit(this.area);
    this.#update();
    this.keep();
    const now = Date.now();
    if (this.area.value.trim() && now - this.#typed > TYPING_EVERY_MS && state.config.EnableUserTypingMessages !== "false") {
      this.#typed = now;
      sendTyping(this.channelId, this.rootId);
    }
  }

  #update() {
    const length = this.area.value.trim().length;
    const { uploads } = this.attach;
    this.sendButton.disabled = (length === 0 && !uploads.done.length) || length > LONGEST || uploads.busy;
    if (this.laterButton) this.laterButton.hidden = this.sendButton.disabled;
    this.left.hidden = length < LONGEST - WARN_FROM;
    this.left.textContent = t("composer.left", { count: LONGEST - length });
    this.left.classList.toggle("too-long", length > LONGEST);
  }

  #key(event) {
    if (this.complete.key(event) || event.isComposing) return;
    const tool = this.#toolOf(event);
    const modified = event.ctrlKey || event.metaKey;
    const ctrlToSend = preference("advanced_settings", "send_on_ctrl_enter") === "true";
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && (!ctrlToSend || modified)) {
      event.preventDefault();
      this.send();
    } else if (tool) {
      event.preventDefault();
      tool();
    } else if (event.key === "ArrowUp" && event.shiftKey && !this.area.value && !this.rootId) {
      this.#replyToLast(event);
    } else if (event.key === "ArrowUp" && !this.area.value && !modified) {
      this.#editLast(event);
    }
  }

  /** What a key with Ctrl does here, null for nothing. */
  #toolOf(event) {
    return {
      "ctrl b": () => wrap(this.area, "**"),
      "ctrl i": () => wrap(this.area, "*"),
      "ctrl u": () => this.attach.button.hidden || this.attach.input.click(),
      "ctrl alt k": () => wrap(this.area, "[", "](https://)"),
      "ctrl shift x": () => wrap(this.area, "~~"),
      "ctrl shift e": () => this.smile.click(),
    }[pressed(event)] ?? null;
  }

  #replyToLast(event) {
    const { order, posts: known } = posts.windowOf(this.channelId);
    const last = order.map((id) => known.get(id)).findLast((post) => !post.type);
    if (!last) return;
    event.preventDefault();
    openThreadOf(last.root_id || last.id);
  }

  #editLast(event) {
    const list = this.rootId ? posts.thread(this.rootId) ?? [] : posts.windowOf(this.channelId).order.map((id) => posts.windowOf(this.channelId).posts.get(id));
    const last = list.findLast((post) => post.user_id === state.me.id && !post.type);
    if (!last) return;
    event.preventDefault();
    beginEditing(last, Boolean(this.rootId));
  }

  #drawTyping() {
    const people = typingIn(this.channelId, this.rootId).map(nameOf);
    const text = people.length > 3 ? t("typing.many") : people.length ? t("typing.some", { count: people.length, names: joined(people) }) : "";
    if (this.typing.textContent !== text) this.typing.textContent = text;
  }
}
