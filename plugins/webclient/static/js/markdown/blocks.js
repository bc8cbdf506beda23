// Markdown's blocks: text to a small tree. Quotes, lists, tables, code, headings, rules, paragraphs.

const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+#.-]*)\s*$/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}>\s?/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TASK = /^\[([ xX])\]\s+/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const DEEPEST = 8;

/** Return the blocks of a text: { kind, … } with `text` (inline Markdown) or `blocks`. */
export function parseBlocks(text, depth = 0) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = readBlock(lines, at, depth);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines, at, depth) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  const fence = FENCE.exec(line);
  if (fence) return readFence(lines, at, fence);
  const heading = HEADING.exec(line);
  if (heading) return [{ kind: "heading", level: heading[1].length, text: withoutMarks(heading[2]) }, at + 1];
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (depth < DEEPEST && QUOTE.test(line)) return readQuote(lines, at, depth);
  if (depth < DEEPEST && ITEM.test(line)) return readList(lines, at, depth);
  if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "") && lines[at + 1].includes("-")) {
    const table = readTable(lines, at);
    if (table) return table;
  }
  return readParagraph(lines, at, depth);
}

/** Take the closing marks off a heading: "## Title ##". */
function withoutMarks(text) {
  const trimmed = text.trimEnd();
  let end = trimmed.length;
  while (end > 0 && trimmed[end - 1] === "#") end -= 1;
  return end < trimmed.length && end > 0 && /\s/.test(trimmed[end - 1]) ? trimmed.slice(0, end).trimEnd() : trimmed;
}

function readFence(lines, at, [, mark, language]) {
  const body = [];
  let next = at + 1;
  const end = new RegExp(`^ {0,3}${mark[0]}{${mark.length},}\\s*$`);
  while (next < lines.length && !end.test(lines[next])) body.push(lines[next++]);
  return [{ kind: "code", language, text: body.join("\n") }, next + 1];
}

function readQuote(lines, at, depth) {
  const body = [];
  let next = at;
  while (next < lines.length && lines[next].trim() && (QUOTE.test(lines[next]) || !startsBlock(lines[next]))) {
    body.push(lines[next].replace(QUOTE, ""));
    next += 1;
  }
  return [{ kind: "quote", blocks: parseBlocks(body.join("\n"), depth + 1) }, next];
}

const startsBlock = (line) => FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);

function readList(lines, at, depth) {
  const [, indent, marker] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(marker);
  const list = { kind: "list", ordered, start: ordered ? parseInt(marker, 10) : 1, items: [] };
  let next = at;
  while (next < lines.length) {
    const item = ITEM.exec(lines[next]);
    if (!item || item[1].length > indent.length + 1 || /\d/.test(item[2]) !== ordered || RULE.test(lines[next])) break;
    const [body, after] = readItem(lines, next, item);
    list.items.push(makeItem(body, depth));
    next = after;
    if (lines[next] === "" && ITEM.test(lines[next + 1] ?? "")) next += 1;
  }
  return next > at ? [list, next] : readParagraph(lines, at, DEEPEST);
}

function readItem(lines, at, [whole, indent, marker, first]) {
  const inner = indent.length + marker.length + 1;
  const body = [first];
  let next = at + 1;
  while (next < lines.length) {
    const line = lines[next];
    const deep = line.length - line.trimStart().length;
    if (line.trim() && deep < Math.min(inner, indent.length + 2)) break;
    if (!line.trim() && !/^\s{2,}\S/.test(lines[next + 1] ?? "")) break;
    body.push(line.slice(Math.min(deep, inner)));
    next += 1;
  }
  return [body.join("\n"), next];
}

function makeItem(body, depth) {
  const task = TASK.exec(body);
  const blocks = parseBlocks(task ? body.slice(task[0].length) : body, depth + 1);
  return { task: task ? task[1] !== " " : null, blocks };
}

function cells(line) {
  const text = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return text.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function readTable(lines, at) {
  const head = cells(lines[at]);
  const rules = cells(lines[at + 1]);
  if (rules.length !== head.length) return null;
  const align = rules.map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "right") : "left"));
  const rows = [];
  let next = at + 2;
  while (next < lines.length && lines[next].includes("|") && lines[next].trim()) {
    const row = cells(lines[next++]);
    rows.push(head.map((_, column) => row[column] ?? ""));
  }
  return [{ kind: "table", head, align, rows }, next];
}

function readParagraph(lines, at, depth) {
  const body = [lines[at]];
  let next = at + 1;
  const ends = (line) => !line.trim() || FENCE.test(line) || HEADING.test(line) || RULE.test(line) ||
    (depth < DEEPEST && (QUOTE.test(line) || ITEM.test(line)));
  while (next < lines.length && !ends(lines[next])) body.push(lines[next++]);
  return [{ kind: "paragraph", text: body.join("\n") }, next];
}
