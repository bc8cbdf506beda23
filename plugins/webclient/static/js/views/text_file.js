// The beginning of a text file, beside its download.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { fileSize } from "../lib/sizes.js";
import { openDialog } from "../dialogs/dialog.js";
import { coloured } from "../markdown/colours.js";
import { extensionOf, fileAt } from "./files.js";

const MOST = 65_536; // bytes that are shown
const TYPES = /^text\/|json|xml|yaml|javascript|x-sh\b|toml|sql/;
const EXTENSIONS = /^(txt|md|log|csv|ini|cfg|conf|ya?ml|toml|json|xml|html?|css|sql|diff|patch|sh|py|js|ts|go|rs|rb|c|h|cpp|java|php)$/i;

/** Whether a file can be read as text. */
export const isText = (file) => file.size > 0 && (TYPES.test(file.mime_type ?? "") || EXTENSIONS.test(extensionOf(file)));

/** Show a text file's beginning. */
export async function openTextFile(file) {
  const code = h("code");
  const about = h("span.file-meta", { role: "status" }, t("loading"));
  const download = h("a.quiet", { href: `${fileAt(file)}?download=1`, download: file.name }, icon("download", 16), t("file.save"));
  const dialog = openDialog(h("bdi", file.name), [h("pre.text-file", { tabindex: "0" }, code), h("div.lightbox-foot", about, download)], { wide: true });
  try {
    const text = await beginning(file);
    if (!dialog.element.isConnected) return;
    coloured(fill(code, text), extensionOf(file).toLowerCase(), text);
    about.textContent = file.size > MOST ? t("file.beginning", { shown: fileSize(MOST), size: fileSize(file.size) }) : fileSize(file.size);
  } catch {
    about.textContent = t("file.unreadable");
  }
}

async function beginning(file) {
  const answer = await fetch(fileAt(file), { headers: { Range: `bytes=0-${MOST - 1}` } });
  if (!answer.ok) throw new Error(answer.statusText);
  const bytes = (await answer.arrayBuffer()).slice(0, MOST);
  return new TextDecoder().decode(bytes, { stream: bytes.byteLength < file.size }); // half a letter at the cut is left out
}
