// Markdown to DOM nodes. A message never becomes HTML text on the way.

import { copyText } from "../lib/clipboard.js";
import { h } from "../lib/dom.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { emojiNode } from "../data/emoji.js";
import { byName } from "../data/users.js";
import { channelPath } from "../data/channels.js";
import { href } from "../lib/router.js";
import { coloured } from "./colours.js";
import { parseBlocks } from "./blocks.js";
import { proxied } from "../lib/proxied.js";
import { toast } from "../dialogs/dialog.js";
import { parseInline, safeUrl } from "./inline.js";
import { marked, unmarked } from "./marks.js";

const LARGE_EMOJI = 6;
const WIDEST = 440;
const HIGHEST = 300;

let sizes = {}; // of the pictures in the text that is drawn

/** Return an element with the rendered text; `images` are the sizes of pictures in it that are known, by address. */
export function renderMarkdown(text, { images = {} } = {}) {
  const blocks = parseBlocks(text);
  sizes = images;
  const element = h("div.markdown", blocks.map(renderBlock));
  if (blocks.length === 1 && onlyEmoji(blocks[0])) element.classList.add("large-emoji");
  return element;
}

/** Return nodes for one line of text, without blocks (headers, excerpts). */
export const renderLine = (text) => unmarked(() => parseInline(text.replace(/\s+/g, " ")).map(renderToken));

function onlyEmoji(block) {
  if (block.kind !== "paragraph") return false;
  const tokens = parseInline(block.text).filter((token) => token.kind !== "text" || token.text.trim());
  return tokens.length <= LARGE_EMOJI && tokens.every((token) =>
    token.kind === "emoji" ? emojiNode(token.name) : token.kind === "text" && /^(\p{Extended_Pictographic}|\u200d|\ufe0f|\s)+$/u.test(token.text));
}

/** Without words of its own (mentions, emoji, numbers) a text stands where the page's texts do. */
const wordless = (tokens) => tokens.every(({ kind, text, bare }) =>
  bare || ["break", "code", "emoji", "mention"].includes(kind) || (kind === "text" && !/\p{L}/u.test(text)));

function renderBlock(block) {
  return blockRenderers[block.kind](block);
}

const inline = (text) => parseInline(text).map(renderToken);

const blockRenderers = {
  paragraph: (block) => {
    const tokens = parseInline(block.text);
    return h("p", { class: wordless(tokens) ? "wordless" : "" }, tokens.map(renderToken));
  },
  // Headings of a message must not mix with those of the page.
  heading: (block) => h(`p.heading.level-${Math.min(block.level, 4)}`, inline(block.text)),
  rule: () => h("hr"),
  quote: (block) => h("blockquote", { dir: "auto" }, block.blocks.map(renderBlock)),
  code: renderCode,
  list: renderList,
  table: renderTable,
};

function renderCode(block) {
  const copy = h("button.copy", { type: "button", "aria-label": t("code.copy"), onclick: async () => (await copyText(block.text)) && toast(t("code.copied")) }, t("code.copy"));
  return h("div.code-block", { dir: "ltr" }, block.language && h("span.language", block.language), copy, h("pre", { tabindex: "0" }, coloured(h("code", block.text), block.language, block.text)));
}

function renderList(block) {
  return h(block.ordered ? "ol" : "ul", { dir: "auto", start: block.ordered && block.start !== 1 ? block.start : null }, block.items.map((item) => {
    const single = item.blocks.length && item.blocks[0].kind === "paragraph";
    const content = single ? [inline(item.blocks[0].text), item.blocks.slice(1).map(renderBlock)] : item.blocks.map(renderBlock);
    if (item.task === null) return h("li", content);
    return h("li.task", h("input", { type: "checkbox", disabled: true, checked: item.task, "aria-label": t("task") }), content);
  }));
}

function renderTable(block) {
  const cell = (tag, text, column) => h(tag, { class: `align-${block.align[column]}` }, inline(text));
  return h("div.table-wrap", { tabindex: "0", dir: "auto" }, h("table",
    h("thead", h("tr", block.head.map((text, column) => cell("th", text, column)))),
    h("tbody", block.rows.map((row) => h("tr", row.map((text, column) => cell("td", text, column)))))));
}

function renderToken(token) {
  return tokenRenderers[token.kind](token);
}

const tokenRenderers = {
  text: (token) => marked(token.text),
  image: renderImage,
  break: () => h("br"),
  code: (token) => h("code", token.text),
  strong: (token) => h("strong", token.tokens.map(renderToken)),
  em: (token) => h("em", token.tokens.map(renderToken)),
  del: (token) => h("del", token.tokens.map(renderToken)),
  hashtag: (token) => h("button.link.hashtag", { type: "button", data: { search: token.text } }, token.text),
  link: renderLink,
  emoji: (token) => emojiNode(token.name, { role: "img", "aria-label": token.name, title: token.text }) ?? document.createTextNode(token.text),
  mention: renderMention,
  channel: (token) => {
    const found = [...state.channels.values()].find((one) => one.name === token.name && one.team_id);
    return found ? h("a.channel-link", { href: href(channelPath(found)) }, h("bdi", `~${found.display_name}`)) : document.createTextNode(token.text);
  },
};

function renderLink(token) {
  const url = safeUrl(token.url);
  if (!url) return h("span", token.tokens.map(renderToken));
  const ours = new URL(url).origin === location.origin;
  return h("a", { href: url, target: ours ? null : "_blank", rel: "noopener noreferrer nofollow", dir: token.bare ? "ltr" : null }, token.tokens.map(renderToken));
}

/** A picture in a text: of this site, or by way of the image proxy; a link where there is neither. */
function renderImage(token) {
  const url = safeUrl(token.url);
  const source = url && (new URL(url).origin === location.origin ? url : proxied(url));
  if (!source) return renderLink(token);
  const { width = 0, height = 0 } = sizes[token.url] ?? {};
  const scale = Math.min(1, WIDEST / (width || WIDEST), HIGHEST / (height || HIGHEST));
  const size = width && height ? { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) } : {};
  const image = h("img.inline-image", { src: source, alt: token.label, title: token.label || null, loading: "lazy", decoding: "async", ...size });
  const link = h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, image);
  image.addEventListener("error", () => link.replaceChildren(token.label || url));
  return link;
}

const EVERYBODY = ["all", "channel", "here"];

function renderMention(token) {
  // A name may end the sentence: "@ann." is ann.
  for (let name = token.name; name; name = name.replace(/[._-]$/, "")) {
    const mine = name === state.me?.username;
    const known = mine || EVERYBODY.includes(name) || byName(name) !== null;
    if (known) {
      const rest = token.text.slice(name.length + 1);
      const label = token.text.slice(0, name.length + 1);
      const mention = EVERYBODY.includes(name)
        ? h("span.mention.mine", label)
        : h("button.link.mention", { type: "button", class: mine ? "mine" : "", data: { username: name } }, label);
      return h("span", h("bdi", mention), rest);
    }
    if (!/[._-]$/.test(name)) break;
  }
  return document.createTextNode(token.text);
}
