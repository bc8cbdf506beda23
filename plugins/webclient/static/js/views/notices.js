// What stands above everything: the administrators' announcement, and that the server has a newer client by now.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { contrast, readColour } from "../lib/colours.js";
import { kept, on, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { renderLine } from "../markdown/render.js";

const READABLE = 4.5;
const VERSION = document.documentElement.dataset.files.split("/").pop();
const place = h("div", { id: "notices" });

/** Show the notices there are, and follow the configuration. */
export function startNotices() {
  document.body.prepend(place);
  on("config", draw);
  draw();
}

function draw() {
  fill(place, announcement(), newVersion());
}

function announcement() {
  const { EnableBanner, BannerText, BannerColor, BannerTextColor, AllowBannerDismissal } = state.config;
  if (EnableBanner !== "true" || !BannerText?.trim()) return null;
  const closable = AllowBannerDismissal === "true";
  if (closable && kept.get("announcement") === BannerText) return null;
  const close = () => {
    kept.set("announcement", BannerText);
    draw();
  };
  const notice = h("section.notice", { "aria-label": t("notice.announcement") }, h("p", h("bdi", renderLine(BannerText))),
    closable && h("button.icon-button", { type: "button", "aria-label": t("close"), onclick: close }, icon("close", 16)));
  const background = readColour(BannerColor) ?? "#f2a93b";
  notice.style.setProperty("--notice", background);
  notice.style.setProperty("--notice-text", readableOn(background, readColour(BannerTextColor) ?? "#333333"));
  return notice;
}

/** Return the wanted colour of a text, or black or white where that would be hard to read. */
function readableOn(background, wanted) {
  if (contrast(background, wanted) >= READABLE) return wanted;
  return contrast(background, "#000000") > contrast(background, "#ffffff") ? "#000000" : "#ffffff";
}

/** Parts that aren't loaded yet can't be had from the server of now. */
function newVersion() {
  const { HubbubWebClientVersion: theirs } = state.config;
  if (!theirs || theirs === VERSION) return null;
  return h("section.notice", { role: "status" }, h("p", t("notice.new_version")),
    h("button.small", { type: "button", onclick: () => location.reload() }, t("notice.reload")));
}
