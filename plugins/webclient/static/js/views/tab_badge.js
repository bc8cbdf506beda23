// What the browser's tab tells of unread messages: a dot on its icon, and a number on the icon of an installed app.

const SIZE = 64;
const COLOURS = { mentions: "#d0263e", unread: "#5250c9" };

let shown = "";
let plain = "";

/** Draw the icon with a dot for what is unread, a red one for mentions. */
export async function showTabBadge({ mentions, unread }) {
  const kind = mentions ? "mentions" : unread ? "unread" : "";
  if (mentions) navigator.setAppBadge?.(mentions).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
  const link = document.querySelector("link[rel=icon]");
  if (!link || kind === shown) return;
  shown = kind;
  plain ||= link.href;
  const address = kind ? await drawn(kind) : plain;
  if (shown === kind && address) link.href = address;
}

async function drawn(kind) {
  const image = new Image(SIZE, SIZE);
  image.src = plain;
  try {
    await image.decode();
  } catch {
    return null; // a page without its icon is no worse a page
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0, SIZE, SIZE);
  const circle = (radius, colour) => {
    pen.beginPath();
    pen.arc(SIZE - 17, 17, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
  };
  circle(17, "#ffffff");
  circle(14, COLOURS[kind]);
  return canvas.toDataURL("image/png");
}
