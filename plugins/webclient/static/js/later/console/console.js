// The admin console: its frame, and which page an address names. The integrations of a team have such a frame too.

import { fill, h } from "../../lib/dom.js";
import { icon, logo } from "../../lib/icons.js";
import { ApiError, ownFile } from "../../lib/api.js";
import { addWords, t } from "../../lib/i18n.js";
import { href, path } from "../../lib/router.js";
import { needRoles } from "../../data/session.js";
import { siteName, state } from "../../lib/store.js";
import { words } from "../../dialogs/dialog.js";
import { closePopup } from "../../views/popup.js";
import { allowed, PAGES } from "./pages.js";

/** Load what the console needs and return it. */
export async function openConsole() {
  await Promise.all([loadFrame(), needRoles([state.me.roles])]);
  return new Console({ base: "/admin_console", words: "console", title: t("console.title"), home: "/", pages: PAGES });
}

/** Load the styles and words of the frame. */
export function loadFrame() {
  return Promise.all([addStyles(), addWords("console")]);
}

/** Load the console's style sheets, once. */
function addStyles() {
  return Promise.all(["frame", "parts"].map((name) => {
    const id = `console-${name}`;
    if (document.getElementById(id)) return null;
    const link = h("link", { id, rel: "stylesheet", href: ownFile(`later/console/${name}.css`) });
    const loaded = new Promise((done, fail) => {
      link.addEventListener("load", done);
      link.addEventListener("error", () => {
        link.remove();
        fail(new ApiError(0, null));
      });
    });
    document.head.append(link);
    return loaded;
  }));
}

/**
 * The frame: `pages` as in pages.js, `base` their address, `words` the part of the words that has their names, `home` where
 * the messages are.
 */
export class Console {
  #turn = 0;
  #page = null;

  constructor({ base, words: part, title, home, pages }) {
    Object.assign(this, { base, part, title, home, pages });
    this.main = h("main.console-main", { id: "console-main", tabindex: "-1" });
    this.list = h("ul", { id: "console-pages" });
    this.toggle = h("button.icon-button.console-toggle", { type: "button", "aria-expanded": "false", "aria-controls": "console-pages", "aria-label": t("console.pages"), onclick: () => this.#open(!this.element.classList.contains("open")) }, icon("menu"));
    this.nav = h("nav.console-nav", { "aria-label": t("console.pages"), onkeydown: (event) => event.key === "Escape" && this.#open(false) }, this.list);
    this.element = h("div.console",
      h("a.skip", { href: "#console-main", onclick: (event) => {
        event.preventDefault();
        this.main.focus();
      } }, t("console.skip")),
      h("header.console-head", this.toggle, logo(26), h("strong.grow.console-name", siteName(), h("span.muted", ` ${title}`)), h("a.quiet.small.button", { href: href(home), title: t("console.back") }, icon("back", 16), h("span", t("console.back")))),
      this.nav, this.main);
  }

  #open(open) {
    this.element.classList.toggle("open", open);
    this.toggle.setAttribute("aria-expanded", String(open));
    if (!open && this.nav.contains(document.activeElement)) this.toggle.focus();
  }

  /** Show what the address names below the base. */
  async show([name, ...rest]) {
    const turn = (this.#turn += 1);
    closePopup();
    this.#page?.close?.();
    this.#page = null;
    this.#open(false);
    const mine = this.pages.filter(allowed);
    if (!mine.length) return this.#refuse();
    const wanted = name ? this.pages.find((one) => one.name === name) : mine[0];
    this.#drawList(mine, wanted);
    if (!wanted) return this.#say(t("console.no_page"));
    if (!allowed(wanted)) return this.#refuse();
    document.title = `${t(`${this.part}.${wanted.name}`)} · ${siteName()}`;
    fill(this.main, h("p.loading", { role: "status" }, t("loading")));
    try {
      const page = await wanted.open(rest);
      if (turn !== this.#turn) return page.close?.();
      this.#page = page;
      fill(this.main, page.element);
      this.main.scrollTop = 0;
      this.#focus();
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
      if (error.status === undefined) throw error;
    }
    return undefined;
  }

  /** Whoever comes by keyboard or with a screen reader is at the page's title then. */
  #focus() {
    const heading = this.main.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }

  #drawList(mine, current) {
    fill(this.list, mine.map((one) => h("li", h("a", { href: href(`${this.base}/${one.name}`), "aria-current": one === current ? "page" : null }, icon(one.icon), t(`${this.part}.${one.name}`)))));
  }

  #say(title, text, ...more) {
    fill(this.main, h("div.console-page", h("h1", title), text && h("p", { role: "alert" }, text), more));
    this.#focus();
  }

  #refuse() {
    document.title = siteName();
    this.#say(t(`${this.part}.not_for_you`), t(`${this.part}.not_for_you_text`), h("p", h("a", { href: href(this.home) }, t("console.back"))));
  }

  #fail(error) {
    const here = path();
    if (error.status === 403) return this.#refuse();
    return this.#say(t("error.title"), words(error), h("p", h("a.button.quiet", { href: href(here), onclick: (event) => {
      event.preventDefault();
      this.show(here.slice(this.base.length).split("/").filter(Boolean).map(decodeURIComponent));
    } }, t("retry"))));
  }
}
