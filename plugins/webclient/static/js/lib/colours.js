// Colours: read strictly, mixed, and compared as WCAG 2 does.

const COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/;

/**
 * Return a colour as #rrggbb, or null for anything else than #rgb and #rrggbb.
 * SECURITY: what others wrote becomes a style only through here.
 */
export function readColour(text) {
  const found = typeof text === "string" ? text.trim().toLowerCase() : "";
  if (!COLOUR.test(found)) return null;
  return found.length === 7 ? found : `#${[...found.slice(1)].map((digit) => digit + digit).join("")}`;
}

const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** Return a colour with so much (0 to 1) of another in it. */
export function mix(colour, other, share) {
  const theirs = parts(other);
  return `#${parts(colour).map((value, at) => Math.round(value + (theirs[at] - value) * share).toString(16).padStart(2, "0")).join("")}`;
}

/** Return how light a colour is: 0 for black, 1 for white (WCAG 2's relative luminance). */
export function lightness(colour) {
  const [red, green, blue] = parts(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Return the contrast of two colours, 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [lightness(one), lightness(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
