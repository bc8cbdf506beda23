// Lists of messages in the panel: found, pinned, saved, mentions of me.

import { fill, h } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { api } from "../../lib/api.js";
import { href } from "../../lib/router.js";
import { Scope, state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { shortTime } from "../../lib/time.js";
import { channelName, team } from "../../data/channels.js";
import { need, user } from "../../data/users.js";
import { words } from "../../dialogs/dialog.js";
import { withHits } from "../../markdown/marks.js";
import { renderMarkdown } from "../../markdown/render.js";
import { filesOf } from "../../views/files.js";
import { authorName, authorPicture } from "../../views/identity.js";
import { isSystem, systemText } from "../../views/system_text.js";

const LONG = 420; // letters of a text that are shown
const BEFORE_HIT = 120;

/** What a message says; of what programs attach to it the first words. */
function textOf(post) {
  const [first] = Array.isArray(post.props?.attachments) ? post.props.attachments : [];
  return post.message || [first?.title, first?.text, first?.fallback].find((text) => typeof text === "string" && text) || "";
}

/** The part of a long text that has the first of the words that were looked for, else its beginning. */
function excerpt(text, hits) {
  if (text.length <= LONG) return text;
  const at = Math.max(0, Math.min(...hits.map((word) => text.toLowerCase().indexOf(word.toLowerCase())).filter((found) => found >= 0), text.length));
  const from = at < text.length && at > BEFORE_HIT ? text.indexOf(" ", at - BEFORE_HIT) + 1 : 0;
  const end = from + LONG;
  return `${from ? "… " : ""}${text.slice(from, end)}${end < text.length ? " …" : ""}`;
}

/** A message in a list: where, who, when, what. */
function result(post, hits) {
  const one = state.channels.get(post.channel_id);
  const to = href(`/${team()?.name}/pl/${post.id}`);
  user(post.user_id);
  return h("article.result",
    h("div.result-place", h("span", h("bdi", one ? channelName(one) : t("search.elsewhere"))), post.root_id && h("span", t("search.in_thread")), h("a", { href: to, "aria-label": t("search.jump_to", { name: authorName(post) }) }, t("search.jump"))),
    h("div.result-body", authorPicture(post, 28), h("div.grow",
      h("div.post-head", h("strong", h("bdi", authorName(post))), h("a.time", { href: to }, shortTime(post.create_at))),
      h("div.post-text", isSystem(post) ? h("p.system-text", systemText(post)) : withHits(hits, () => renderMarkdown(excerpt(textOf(post), hits)))),
      filesOf(post).map((file) => h("p.file-line", icon("clip", 14), h("bdi.file-name", file.name))))));
}

/** Show messages in an element; `hits` are words to be marked. */
export function drawResults(into, list, hits = []) {
  need(list.map((post) => post.user_id));
  fill(into, list.map((post) => result(post, hits)));
}

/** The messages of an answer, in its order. */
export const ordered = (found) => found.order.map((id) => found.posts[id]).filter(Boolean);

/** Pinned or saved messages, or mentions: read again when one of the topics changes. */
export class PostResults {
  #scope = new Scope();
  #list = null;

  constructor({ kind, path, topics, load = () => api.get(path) }) {
    Object.assign(this, { kind, topics, load });
    this.element = h("div.results", h("div.loading", { role: "status" }, t("loading")));
  }

  begin() {
    this.#scope.draw(this.topics, () => this.#load());
    this.#scope.on("users", () => this.#draw());
  }

  close() {
    this.#scope.close();
  }

  async #load() {
    try {
      this.#list = ordered(await this.load());
      this.#draw();
    } catch (error) {
      fill(this.element, h("p.empty", { role: "alert" }, words(error)));
    }
  }

  #draw() {
    if (!this.#list) return;
    if (this.#list.length) drawResults(this.element, this.#list);
    else fill(this.element, h("p.empty", t(`${this.kind}.none`)));
  }
}

const MENTIONS = 40;

/** Find the messages of this team that have my name or my words. */
export function recentMentions() {
  const { mention_keys, first_name } = state.me.notify_props ?? {};
  const own = [...(mention_keys ?? "").split(","), first_name === "true" ? state.me.first_name : ""].map((word) => word.trim()).filter((word) => word && word !== state.me.username);
  const terms = [`@${state.me.username}`, ...own].map((word) => (/\s/.test(word) ? `"${word.replaceAll('"', "")}"` : word)).join(" ");
  return api.post(`/teams/${state.teamId}/posts/search`, { terms, is_or_search: true, page: 0, per_page: MENTIONS });
}
