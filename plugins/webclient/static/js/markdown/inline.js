// Markdown inside a line: text to a list of tokens. Every pattern is anchored and linear; nesting is bounded.

const DEEPEST = 6;
const ESCAPE = /\\([\\`*_{}[\]()#+\-.!~|>:@])/y;
const CODE = /(`+)(?!`)([\s\S]{0,4000}?[^`])\1(?!`)/y;
const LINK = /!?\[((?:[^[\]\\]|\\.|\[[^[\]]*\])*)\]\(\s*<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+=\d{0,4}(?:x\d{0,4})?)?(?:\s+"[^"]*")?\s*\)/y;
const ADDRESS = /(?:https?:\/\/|www\.)[^\s<>]*[^\s<>.,:;!?'"*_~)\]}]/iy;
const ANGLE = /<((?:https?:\/\/|mailto:)[^\s<>]+)>/iy;
const EMOJI = /:([a-z0-9_+-]{1,64}):/y;
const MENTION = /@([a-z0-9][a-z0-9._-]*[a-z0-9_-]|[a-z0-9])/iy;
const CHANNEL = /~([a-z0-9][a-z0-9_-]*)/iy;
const HASHTAG = /#(\p{L}[\p{L}\p{N}_.-]{1,63})/uy;
const MARKS = [
  ["strong", /\*\*(?=\S)([\s\S]{0,2000}?\S)\*\*/y],
  ["strong", /__(?=\S)([\s\S]{0,2000}?\S)__(?![\p{L}\p{N}])/uy],
  ["del", /~~(?=\S)([\s\S]{0,2000}?\S)~~/y],
  ["em", /\*(?=[^\s*])((?:[^*]|\*\*[^*]+\*\*)*?[^\s*]|[^\s*])\*(?!\*)/y],
  ["em", /_(?=[^\s_])([^_]*[^\s_]|[^\s_])_(?![\p{L}\p{N}_])/uy],
];
const PLAIN = /[^\\`*_~[\]!<>:@#\nhw]+/iy;
const WORD = /[\p{L}\p{N}_]/u;

const match = (pattern, text, at) => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Return the tokens of a text: { kind, text | tokens, … }. */
export function parseInline(text, depth = 0) {
  const tokens = [];
  let plain = "";
  let at = 0;
  const push = (token) => {
    if (plain) tokens.push({ kind: "text", text: plain });
    plain = "";
    tokens.push(token);
  };
  while (at < text.length) {
    const run = match(PLAIN, text, at);
    if (run) {
      plain += run[0];
      at += run[0].length;
      continue;
    }
    const found = readToken(text, at, depth);
    if (!found) plain += text[at++];
    else if (found.token.kind === "text") {
      plain += found.token.text;
      at = found.next;
    } else {
      push(found.token);
      at = found.next;
    }
  }
  if (plain) tokens.push({ kind: "text", text: plain });
  return tokens;
}

const take = (found, token) => ({ token, next: found.index + found[0].length });

function readToken(text, at, depth) {
  const character = text[at];
  const afterWord = at > 0 && WORD.test(text[at - 1]);
  let found;
  if (character === "\n") return { token: { kind: "break" }, next: at + 1 };
  if (character === "\\" && (found = match(ESCAPE, text, at))) return take(found, { kind: "text", text: found[1] });
  if (character === "`" && (found = match(CODE, text, at))) return take(found, { kind: "code", text: found[2].trim() || found[2] });
  if ((character === "[" || character === "!") && (found = match(LINK, text, at))) return readLink(found, depth);
  if (character === "<" && (found = match(ANGLE, text, at))) return take(found, { kind: "link", bare: true, url: found[1], tokens: [{ kind: "text", text: found[1] }] });
  if (/[hw]/i.test(character) && !afterWord && (found = match(ADDRESS, text, at))) return readAddress(found);
  if (character === ":" && (found = match(EMOJI, text, at))) return take(found, { kind: "emoji", name: found[1], text: found[0] });
  if (character === "@" && !afterWord && (found = match(MENTION, text, at))) return take(found, { kind: "mention", name: found[1].toLowerCase(), text: found[0] });
  if (character === "#" && !afterWord && (found = match(HASHTAG, text, at))) return take(found, { kind: "hashtag", text: found[0] });
  if (character === "~" && !afterWord && text[at + 1] !== "~" && (found = match(CHANNEL, text, at))) return take(found, { kind: "channel", name: found[1].toLowerCase(), text: found[0] });
  return depth < DEEPEST ? readMark(text, at, depth, afterWord) : null;
}

function readMark(text, at, depth, afterWord) {
  if (!"*_~".includes(text[at])) return null;
  for (const [kind, pattern] of MARKS) {
    if (text[at] === "_" && afterWord) continue;
    const found = match(pattern, text, at);
    if (found) return take(found, { kind, tokens: parseInline(found[1], depth + 1) });
  }
  return null;
}

function readLink(found, depth) {
  const url = found[2];
  const label = found[1] || url;
  if (found[0].startsWith("!")) return take(found, { kind: "image", url, label: found[1], tokens: [{ kind: "text", text: label }] });
  const tokens = depth < DEEPEST ? parseInline(label, DEEPEST) : [{ kind: "text", text: label }];
  return take(found, { kind: "link", url, tokens: tokens.filter((token) => token.kind !== "link") });
}

function readAddress(found) {
  const text = found[0];
  const url = /^www\./i.test(text) ? `http://${text}` : text;
  return take(found, { kind: "link", bare: true, url, tokens: [{ kind: "text", text }] });
}

/** Return the address if it is one that a link may lead to, else null: never javascript: or data:. */
export function safeUrl(url) {
  const given = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : url.startsWith("/") ? null : `http://${url}`;
  try {
    const parsed = given === null ? new URL(url, location.origin) : new URL(given);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}
