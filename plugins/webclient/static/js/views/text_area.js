// Helpers for text areas.

/** Make a text area as high as its text; the style sheet sets the limit. */
export function fit(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.setProperty("height", "auto");
  area.style.setProperty("height", `${area.scrollHeight + 2}px`);
}

/** Replace a part of the text, in a way that undo knows. */
export function replaceRange(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Put marks around the selection, or take them away. */
export function wrap(area, before, after = before) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const inside = value.slice(start, end);
  if (inside.startsWith(before) && inside.endsWith(after) && inside.length >= before.length + after.length) {
    replaceRange(area, start, end, inside.slice(before.length, inside.length - after.length));
    return;
  }
  replaceRange(area, start, end, before + inside + after);
  area.setSelectionRange(start + before.length, start + before.length + inside.length);
}

/** Put a mark before each selected line. */
export function prefixLines(area, mark) {
  const { selectionStart, selectionEnd, value } = area;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const lines = value.slice(start, selectionEnd).split("\n");
  replaceRange(area, start, selectionEnd, lines.map((line) => mark + line).join("\n"));
}
