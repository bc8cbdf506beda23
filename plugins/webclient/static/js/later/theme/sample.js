// A small picture of the page, drawn of the page's own parts, for phones, where the settings lie over all of it.

import { h } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/i18n.js";

const row = (name, kind = "", ...more) => h("span.channel-row", { class: kind }, icon("hash", 16), h("span.grow", name), more);

/** Return the sample. It shows only: nothing in it can be used, and it says nothing to screen readers. */
export function sample() {
  const open = row(t("theme.sample_open"));
  open.setAttribute("aria-current", "true");
  return h("div.theme-sample", { "aria-hidden": "true", inert: true },
    h("div.side-colours", h("span.side-head", t("theme.sample_team")), open, row(t("theme.sample_unread"), "unread", h("span.badge", 2)), row(t("theme.sample_read"))),
    h("div.grow", h("p", t("theme.sample_text"), " ", h("span.link", t("theme.sample_link")), " ", h("span.mention.mine", "@", t("theme.sample_you"))),
      h("p.muted", t("theme.sample_time")), h("p", h("span.primary.small", t("save")))));
}
