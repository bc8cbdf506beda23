// The quick switcher: Ctrl+K, a few letters, Enter.

import { debounce, fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { api } from "../lib/api.js";
import { go } from "../lib/router.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import * as channels from "../data/channels.js";
import { autocomplete, displayName } from "../data/users.js";
import { avatar } from "../views/people.js";
import { symbolOf } from "../views/sidebar_rows.js";
import { openDialog, tryTo } from "./dialog.js";

const MOST = 12;

export function openSwitcher() {
  let chosen = 0;
  let found = [];
  const list = h("div.pick-list", { role: "listbox", id: "switcher-list", "aria-label": t("switcher.title") });
  const choose = (at) => {
    chosen = at;
    [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `switch-${at}`);
  };
  const draw = (entries) => {
    found = entries;
    fill(list, entries.map((entry, at) => h("div.switch-row", { role: "option", id: `switch-${at}`, onclick: () => take(entry) }, entry.show())));
    if (!entries.length) fill(list, h("p.empty", t("switcher.none")));
    choose(0);
  };
  const take = (entry) => tryTo(async () => {
    dialog.close();
    await entry.open();
  });
  const others = debounce(async () => {
    const typed = input.value.trim().toLowerCase();
    if (!typed) return;
    const [{ inside, outside }, open] = await Promise.all([
      autocomplete(typed.replace(/^@/, ""), "").catch(() => ({ inside: [], outside: [] })),
      api.get(`/teams/${state.teamId}/channels/autocomplete?name=${encodeURIComponent(typed.replace(/^~/, ""))}`).catch(() => []),
    ]);
    if (typed !== input.value.trim().toLowerCase()) return;
    const known = new Set(found.map((entry) => entry.userId));
    const people = [...inside, ...outside].filter((one) => !known.has(one.id)).map(person);
    const joinable = open.filter((one) => !state.channels.has(one.id) && !one.delete_at).map(unjoined);
    const at = chosen;
    draw([...found, ...people.slice(0, MOST), ...joinable].slice(0, MOST));
    choose(Math.min(at, found.length - 1)); // what was chosen meanwhile stays
  }, 150);
  const input = h("input", {
    type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "true", "aria-controls": "switcher-list", placeholder: t("switcher.placeholder"), "aria-label": t("switcher.title"), autofocus: true,
    oninput: () => {
      draw(matching(input.value));
      others();
    },
    onkeydown: (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && found.length) {
        event.preventDefault();
        choose((chosen + step + found.length) % found.length);
      } else if (event.key === "Enter" && found[chosen]) {
        event.preventDefault();
        take(found[chosen]);
      }
    },
  });
  const dialog = openDialog(t("switcher.title"), [input, list], { wide: true });
  draw(matching(""));
}

function matching(typed) {
  const text = typed.trim().toLowerCase().replace(/^[@~]/, "");
  const all = [...state.channels.values()].filter((one) => !one.delete_at && (text || one.id !== state.channelId));
  const name = (one) => channels.channelName(one).toLowerCase();
  const fits = all.filter((one) => !text || name(one).includes(text) || one.name.includes(text));
  const rank = (one) => (text && name(one).startsWith(text) ? 2 : 0) + (channels.unreadOf(one).unread ? 1 : 0);
  const seen = (one) => state.members.get(one.id)?.last_viewed_at ?? 0; // the first is where one was before
  fits.sort((a, b) => rank(b) - rank(a) || (text ? b.last_post_at - a.last_post_at : seen(b) - seen(a)));
  return fits.slice(0, MOST).map(place);
}

function place(one) {
  const partner = channels.isDirect(one) ? channels.partnerId(one) : "";
  const { unread, mentions } = channels.unreadOf(one);
  return {
    userId: partner,
    open: () => go(channels.channelPath(one)),
    show: () => [
      partner ? avatar(partner, 20) : icon(symbolOf(one), 18),
      h(unread ? "strong" : "span", { class: "grow" }, h("bdi", channels.channelName(one))), mentions > 0 && h("span.badge", mentions),
    ],
  };
}

function unjoined(one) {
  return {
    open: async () => go(channels.channelPath(await channels.join(one.id))),
    show: () => [icon(symbolOf(one), 18), h("span.grow", h("bdi", one.display_name)), h("span.muted", t("channel.join"))],
  };
}

function person(one) {
  return {
    userId: one.id,
    open: async () => go(channels.channelPath(await channels.openTalk([one.id]))),
    show: () => [avatar(one.id, 20), h("span", h("bdi", displayName(one))), h("span.muted.grow", h("bdi", `@${one.username}`))],
  };
}
