// What programs attach to their messages: a coloured bar with title, text, fields, a picture, a footer.
//
// Everything in it comes from outside: texts become text nodes or Markdown, addresses pass `safeUrl`, colours are
// checked. `attachmentParts` is the place to add to what an attachment shows (buttons, menus).

import { h } from "../lib/dom.js";
import { proxied } from "../lib/proxied.js";
import { t } from "../lib/i18n.js";
import { fullTime } from "../lib/time.js";
import { renderLine, renderMarkdown } from "../markdown/render.js";
import { safeUrl } from "../markdown/inline.js";
import { actionNodes } from "./actions.js";

const COLOURS = { good: "#2eb886", warning: "#daa038", danger: "#a30200" };
const HEX = /^#(?:[0-9a-f]{3}){1,2}$/i;

/** Return the elements of a post's attachments, null when it has none. */
export function attachments(post) {
  const list = Array.isArray(post.props?.attachments) ? post.props.attachments : [];
  const shown = list.filter((one) => one !== null && typeof one === "object").map((one) => attachment(one, post));
  return shown.length ? shown : null;
}

function attachment(one, post) {
  const colour = COLOURS[one.color] ?? (HEX.test(one.color) ? one.color : null);
  const bar = h("div.attachment-body", attachmentParts(one, post));
  if (colour) bar.style.setProperty("border-inline-start-color", colour);
  return h("div.attachment", text(one.pretext) && renderMarkdown(text(one.pretext)), bar);
}

/** Return the parts of an attachment, in their order; null for one that it lacks. */
export function attachmentParts(one, post) {
  return [
    text(one.author_name) && h("p.muted", h("bdi", linked(one.author_link, one.author_name))),
    text(one.title) && h("p", h("strong", h("bdi", linked(one.title_link, one.title)))),
    text(one.text) && renderMarkdown(text(one.text)),
    fieldList(one.fields),
    remotePicture(one.image_url, t("attachment.picture")),
    !text(one.image_url) && remotePicture(one.thumb_url, t("attachment.picture"), "thumb"),
    actionNodes(one.actions, post),
    footer(one),
  ];
}

function fieldList(fields) {
  const list = Array.isArray(fields) ? fields.filter((field) => field !== null && typeof field === "object") : [];
  return list.length ? h("dl", list.map(field)) : null;
}

function field(one) {
  return h("div", { class: one.short === true ? "short" : "" }, h("dt", h("bdi", renderLine(String(one.title ?? "")))), h("dd", renderMarkdown(String(one.value ?? ""))));
}

function footer(one) {
  const seconds = Number(one.ts);
  const time = one.ts && Number.isFinite(seconds) ? fullTime(seconds * 1000) : "";
  const parts = [text(one.footer), time].filter(Boolean);
  return parts.length ? h("p.muted.attachment-footer", h("bdi", parts[0]), parts.length > 1 && [" · ", h("bdi", parts[1])]) : null;
}

/** A picture of another server: by way of the image proxy where there is one (the page loads none from elsewhere), else a link. */
function remotePicture(url, label, kind = "") {
  const href = text(url) && safeUrl(url);
  if (!href) return null;
  const content = proxied(href) ? h("img.attachment-picture", { src: proxied(href), alt: label, loading: "lazy", class: kind }) : label;
  return h("p", h("a", { href, target: "_blank", rel: "noopener noreferrer" }, content));
}

function linked(url, label) {
  const href = text(url) && safeUrl(url);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, String(label)) : renderLine(String(label));
}

const text = (value) => (typeof value === "string" && value ? value : typeof value === "number" ? String(value) : "");
