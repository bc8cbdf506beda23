// What I have begun to write and not sent, in all channels; and the way to it in the sidebar.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { go } from "../lib/router.js";
import { changed, Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { fullTime, shortTime } from "../lib/time.js";
import { channel, channelName, channelPath } from "../data/channels.js";
import { discardDraft, drafts, takeDraft } from "../data/drafts.js";
import * as posts from "../data/posts.js";
import { renderMarkdown } from "../markdown/render.js";
import { scheduled, unschedule } from "../data/scheduled.js";
import { confirmDialog, tryTo } from "../dialogs/dialog.js";

/** Return the row that leads to the drafts; it is there while there are some. */
export function draftsRow(scope) {
  const button = h("button.channel-row.drafts-row", { type: "button", onclick: () => {
    state.panel = { kind: "drafts" };
    changed("panel");
  } });
  const element = h("div.find-row", { hidden: true }, button);
  scope.draw(["drafts", "channels", "panel"], () => {
    const count = drafts().length + scheduled().length;
    const shown = state.panel?.kind === "drafts";
    element.hidden = !count && !shown;
    if (shown) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    fill(button, icon("edit", 16), h("span.grow", t("drafts.title")), " ", count > 0 && h("span.count", count));
  });
  return element;
}

/** The list of drafts, in the panel. */
export class DraftsView {
  #scope = new Scope();

  constructor() {
    this.element = h("div.results");
  }

  begin() {
    this.#scope.draw(["drafts", "users"], () => this.#draw());
  }

  close() {
    this.#scope.close();
  }

  #draw() {
    const list = drafts();
    const had = this.element.contains(document.activeElement);
    const later = scheduled();
    fill(this.element,
      list.length || later.length ? list.map(card) : h("p.empty", t("drafts.none")),
      later.length > 0 && [h("h3.small", t("later.list")), later.map(laterCard)]);
    if (had) (this.element.querySelector("button") ?? document.querySelector(".panel header button")).focus();
  }
}

function card(one) {
  const place = channel(one.channelId);
  const name = channelName(place);
  const button = (symbol, label, onclick) => h("button.icon-button", { type: "button", title: label, "aria-label": `${label}: ${name}`, onclick }, icon(symbol, 17));
  return h("article.result.draft",
    h("div.result-place",
      h("strong", one.rootId ? t("drafts.reply", { name }) : h("bdi", name)),
      one.time > 0 && h("span", shortTime(one.time))),
    h("div.draft-text", { onclick: (event) => event.target.closest("a, button") || edit(one) },
      one.message.trim() && h("div.post-text", renderMarkdown(one.message)),
      one.files.map((file) => h("p.file-line", icon("clip", 14), h("bdi.file-name", file.name)))),
    h("div.draft-tools",
      button("edit", t("drafts.edit"), () => edit(one)),
      !place.delete_at && button("send", t("send"), () => send(one)),
      button("trash", t("drafts.delete"), () => remove(one))));
}

/** A message that waits for its time. */
function laterCard(one) {
  const name = channelName(channel(one.channel_id));
  const files = one.file_ids?.length ?? 0;
  return h("article.result.draft",
    h("div.result-place", h("strong", one.root_id ? t("drafts.reply", { name }) : h("bdi", name)), h("span", fullTime(one.scheduled_at))),
    one.error_code && h("p.problem-text", { role: "alert" }, t("later.failed")),
    one.message.trim() && h("div.post-text", renderMarkdown(one.message)),
    files > 0 && h("p.file-line", icon("clip", 14), t("later.files", { count: files })),
    h("div.draft-tools",
      h("button.quiet.small", { type: "button", onclick: () => tryTo(() => backToDraft(one)) }, t("later.back")),
      h("button.quiet.small", { type: "button", onclick: () => tryTo(async () => {
        await unschedule(one.id);
        posts.send(one.channel_id, one.message, one.root_id, (one.file_ids ?? []).map((id) => ({ id })));
      }) }, t("later.now"))));
}

/** Take it back, to write on. */
async function backToDraft(one) {
  await unschedule(one.id);
  await takeDraft({ ...one, file_ids: one.file_ids ?? [], update_at: Date.now() });
  await edit({ channelId: one.channel_id, rootId: one.root_id });
}

async function edit({ channelId, rootId }) {
  state.panel = null;
  changed("panel");
  await go(channelPath(channel(channelId)));
  if (rootId) {
    state.panel = { kind: "thread", rootId };
    changed("panel");
  } else document.querySelector("#composer")?.focus();
}

async function send(one) {
  discardDraft(one.channelId, one.rootId);
  posts.send(one.channelId, one.message.trim(), one.rootId, one.files);
  await edit(one);
}

async function remove({ channelId, rootId }) {
  if (await confirmDialog(t("drafts.delete"), t("drafts.delete_text"), t("delete"))) discardDraft(channelId, rootId);
}
