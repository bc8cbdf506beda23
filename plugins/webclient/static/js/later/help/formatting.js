// How texts are formatted: what one writes, and what it becomes.

import { h } from "../../lib/dom.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { openDialog } from "../../dialogs/dialog.js";
import { renderMarkdown } from "../../markdown/render.js";

const FENCE = "```";

function examples(word) {
  return [
    `**${word}**`, `*${word}*`, `~~${word}~~`, `\`${word}\``, `[${word}](https://example.com)`, `# ${word}`, `> ${word}`,
    `- ${word}\n- ${word}`, `1. ${word}\n2. ${word}`, `- [x] ${word}\n- [ ] ${word}`, `${FENCE}js\nlet x = 1;\n${FENCE}`,
    `| ${word} | ${word} |\n|:--|--:|\n| 1 | 2 |`, `@${state.me.username}`, "~town-square", ":tada: :+1:",
  ];
}

export function formattingDialog() {
  const rows = examples(t("format.sample")).map((text) => h("tr", h("td", h("pre", { dir: "ltr" }, text)), h("td", { inert: true }, renderMarkdown(text))));
  const table = h("table.format-help", h("thead", h("tr", h("th", { scope: "col" }, t("format.you_write")), h("th", { scope: "col" }, t("format.it_shows")))), h("tbody", rows));
  openDialog(t("format.help"), table, { wide: true }).body.tabIndex = 0;
}
