// What a message links to: a page in a few words, or a picture.

import { h } from "../lib/dom.js";
import { proxied } from "../lib/proxied.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { preference } from "../data/preferences.js";
import { safeUrl } from "../markdown/inline.js";

const WIDEST = 440;
const HIGHEST = 300;

/** Whether pictures and previews are folded until one opens them. */
export const foldsPreviews = () => preference("display_settings", "collapse_previews", "false") === "true";

/** Return what is shown, folded under a line of text where that is wanted. */
export const folded = (label, content) => (content && foldsPreviews() ? h("details.folded", h("summary", label), content) : content);

/** The preview of a message's first link, or null. */
export const previewBlock = (post) => folded(t("preview.title"), preview(post));

function preview(post) {
  const embed = (post.metadata?.embeds ?? []).find((one) => one.type === "opengraph" || one.type === "image");
  const url = embed && safeUrl(String(embed.url ?? ""));
  if (!url || state.config.EnableLinkPreviews === "false" || preference("display_settings", "link_previews", "true") === "false") return null;
  if (embed.type === "image") return picture(embed.url, post, url);
  const about = embed.data ?? {};
  const image = about.images?.[0];
  return h("aside.preview",
    h("div.preview-text",
      about.site_name && h("p.muted", h("bdi", String(about.site_name))),
      h("a.preview-title", { href: url, target: "_blank", rel: "noreferrer noopener" }, h("bdi", String(about.title ?? url))),
      about.description && h("p", h("bdi", String(about.description)))),
    image && picture(image.secure_url || image.url, post, url));
}

function picture(source, post, target) {
  const address = proxied(String(source ?? ""));
  if (!address) return null;
  const known = post.metadata?.images?.[source] ?? {};
  const scale = Math.min(1, WIDEST / (known.width || WIDEST), HIGHEST / (known.height || HIGHEST));
  const size = known.width ? { width: Math.max(1, Math.round(known.width * scale)), height: Math.max(1, Math.round(known.height * scale)) } : {};
  const image = h("img", { src: address, alt: "", loading: "lazy", decoding: "async", ...size });
  const link = h("a.preview-picture", { href: target, target: "_blank", rel: "noreferrer noopener", "aria-label": target }, image);
  image.addEventListener("error", () => link.remove());
  return link;
}
