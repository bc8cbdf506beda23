// Files that can be read here: the beginning of a text, a PDF in the browser's own viewer.

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

const isPdf = (file) => file.mime_type === "application/pdf" && navigator.pdfViewerEnabled;
const isText = (file) => TYPES.test(file.mime_type ?? "") || EXTENSIONS.test(extensionOf(file));

/** Return what shows a file, null for one that can't be read here. */
export function readerOf(file) {
  if (!file.size) return null;
  if (isPdf(file)) return () => void open(file, h("iframe.pdf", { src: fileAt(file), title: file.name }), fileSize(file.size));
  return isText(file) ? () => openText(file) : null;
}

function open(file, content, status) {
  const about = h("span.file-meta", { role: "status" }, status);
  const download = h("a.quiet", { href: `${fileAt(file)}?download=1`, download: file.name }, icon("download", 16), t("file.save"));
  return { about, dialog: openDialog(h("bdi", file.name), [content, h("div.lightbox-foot", about, download)], { wide: true }) };
}

async function openText(file) {
  const code = h("code");
  const { about, dialog } = open(file, h("pre.text-file", { tabindex: "0" }, code), t("loading"));
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
