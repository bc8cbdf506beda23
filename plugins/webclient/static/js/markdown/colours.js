// Colours in code. The text is there at once; the server cuts it into pieces of a kind, and the colours follow.

import { api } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";

const LONGEST = 4_000; // what the server looks at
const MOST = 200; // pieces of code that are kept
const PAUSE_MS = 300; // in a preview each key makes another text
const KINDS = new Set(["comment", "keyword", "string", "number", "name", "deleted", "inserted"]);
const known = new Map();

/** Have `element`, which holds `text`, coloured if it is still there in a moment; returns it. */
export function coloured(element, language, text) {
  const key = `${language}\n${text}`;
  if (!language || !text || text.length > LONGEST) return element;
  if (known.has(key)) return paint(element, known.get(key));
  setTimeout(async () => {
    if (!element.isConnected) return;
    try {
      const { pieces } = known.has(key) ? { pieces: known.get(key) } : await api.post("/hubbub/highlight", { language, code: text });
      keep(key, pieces);
      // Whoever is marking text in it keeps the mark.
      if (element.textContent === text && !getSelection()?.containsNode(element, true)) paint(element, pieces);
    } catch {
      // Without colours it can be read as well.
    }
  }, PAUSE_MS);
  return element;
}

function keep(key, pieces) {
  known.set(key, pieces);
  if (known.size > MOST) known.delete(known.keys().next().value);
}

function paint(element, pieces) {
  if (!pieces.length) return element;
  return fill(element, pieces.map(([kind, text]) => (KINDS.has(kind) ? h(`span.code-${kind}`, text) : text)));
}
