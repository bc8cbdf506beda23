// Themes of one's own: the names that Mattermost's clients store, and the colours of our page that come of them.

import { contrast, lightness, mix, readColour } from "./colours.js";

/** What text needs on its ground (WCAG 2, AA). */
export const READABLE = 4.5;

/** The colours one can choose, by the part of the page. */
export const GROUPS = {
  sidebar: [
    "sidebarBg", "sidebarText", "sidebarUnreadText", "sidebarTextHoverBg", "sidebarTextActiveColor", "sidebarTextActiveBorder",
    "sidebarHeaderBg", "sidebarHeaderTextColor", "mentionBg", "mentionColor", "onlineIndicator", "awayIndicator", "dndIndicator",
  ],
  messages: ["centerChannelBg", "centerChannelColor", "newMessageSeparator", "mentionHighlightBg", "mentionHighlightLink", "errorTextColor"],
  buttons: ["linkColor", "buttonBg", "buttonColor"],
};

// Other clients have a bar of teams; ours keeps its colour for them.
const UNSEEN = "sidebarTeamBarBg";
const NAMES = [...Object.values(GROUPS).flat(), UNSEEN];
const CODE_THEMES = ["github", "monokai", "solarized-dark", "solarized-light"];

export const LIGHT = {
  sidebarBg: "#f5f5f9", sidebarText: "#5d5d6b", sidebarUnreadText: "#1c1c22", sidebarTextHoverBg: "#e9e9ef", sidebarTextActiveColor: "#1c1c22",
  sidebarTextActiveBorder: "#5250c9", sidebarHeaderBg: "#f5f5f9", sidebarHeaderTextColor: "#1c1c22", mentionBg: "#c0273c", mentionColor: "#ffffff",
  onlineIndicator: "#1d8a4e", awayIndicator: "#b57500", dndIndicator: "#c0273c", centerChannelBg: "#ffffff", centerChannelColor: "#1c1c22",
  newMessageSeparator: "#c0273c", mentionHighlightBg: "#fff3cf", mentionHighlightLink: "#5f4300", errorTextColor: "#c0273c", linkColor: "#5250c9",
  buttonBg: "#5250c9", buttonColor: "#ffffff", sidebarTeamBarBg: "#e3e3ea", codeTheme: "github",
};

export const DARK = {
  sidebarBg: "#111114", sidebarText: "#a4a4b2", sidebarUnreadText: "#ececf1", sidebarTextHoverBg: "#1f1f24", sidebarTextActiveColor: "#ececf1",
  sidebarTextActiveBorder: "#a5a3ff", sidebarHeaderBg: "#111114", sidebarHeaderTextColor: "#ececf1", mentionBg: "#ff8291", mentionColor: "#18181c",
  onlineIndicator: "#4cc47f", awayIndicator: "#f0b548", dndIndicator: "#ff8291", centerChannelBg: "#18181c", centerChannelColor: "#ececf1",
  newMessageSeparator: "#ff8291", mentionHighlightBg: "#4a3c10", mentionHighlightLink: "#ffe3a0", errorTextColor: "#ff8291", linkColor: "#a5a3ff",
  buttonBg: "#a5a3ff", buttonColor: "#16152b", sidebarTeamBarBg: "#0a0a0c", codeTheme: "monokai",
};

/** A sidebar of its own colours: ground, text, what stands out, hovered, edge of what is open, head. */
const side = (sidebarBg, sidebarText, sidebarUnreadText, sidebarTextHoverBg, sidebarTextActiveBorder, sidebarHeaderBg) => ({
  sidebarBg, sidebarText, sidebarUnreadText, sidebarTextHoverBg, sidebarTextActiveBorder, sidebarHeaderBg,
  sidebarTextActiveColor: sidebarUnreadText, sidebarHeaderTextColor: sidebarUnreadText, sidebarTeamBarBg: sidebarHeaderBg,
});

const button = (colour, text) => ({ linkColor: colour, buttonBg: colour, buttonColor: text });

/** Themes by the names that Mattermost's configuration has, in colours of ours. */
export const BUILT_IN = {
  denim: { ...LIGHT, ...side("#24406b", "#cfdcf0", "#ffffff", "#2f5085", "#7fb0ff", "#1c3357"), ...button("#1f5fb8", "#ffffff"), mentionBg: "#ffd166", mentionColor: "#24406b" },
  sapphire: { ...LIGHT, ...side("#1450a8", "#dbe7fb", "#ffffff", "#1a5bbb", "#9ec5ff", "#10428c"), ...button("#1450a8", "#ffffff"), mentionBg: "#ffffff", mentionColor: "#1450a8" },
  quartz: { ...LIGHT, ...side("#f2eff7", "#5d566b", "#25202f", "#e6e0f0", "#7a3fb0", "#ebe6f3"), ...button("#7a3fb0", "#ffffff") },
  indigo: {
    ...DARK, ...side("#0d1229", "#a9b3d6", "#eef1ff", "#18203f", "#93b4ff", "#090d1f"), ...button("#93b4ff", "#0d1229"),
    centerChannelBg: "#151b36", centerChannelColor: "#e8ecfb", mentionBg: "#ff8291", mentionColor: "#151b36",
  },
  onyx: {
    ...DARK, ...side("#000000", "#a6a6a6", "#f2f2f2", "#1b1b1b", "#e3b341", "#000000"), ...button("#e3b341", "#1a1300"),
    centerChannelBg: "#121212", centerChannelColor: "#ededed", mentionBg: "#e3b341", mentionColor: "#1a1300",
  },
};

const isDark = (theme) => lightness(theme.centerChannelBg) < 0.2;

/**
 * Return the theme that a text (JSON, as Mattermost's clients store and copy it) has; null when it has none of the colours.
 * What is missing or no colour is taken from our light or dark theme, whichever fits.
 */
export function readTheme(text) {
  let given;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  if (given === null || typeof given !== "object" || Array.isArray(given)) return null;
  const found = {};
  for (const name of NAMES) {
    // mentionBj: how older clients called mentionBg.
    const colour = readColour(Object.hasOwn(given, name) ? given[name] : name === "mentionBg" ? given.mentionBj : null);
    if (colour) found[name] = colour;
  }
  if (!Object.keys(found).length) return null;
  const base = isDark({ ...LIGHT, ...found }) ? DARK : LIGHT;
  const codeTheme = CODE_THEMES.includes(given.codeTheme) ? given.codeTheme : base.codeTheme;
  return { ...base, ...found, codeTheme };
}

/** Return a theme as Mattermost's clients read it. */
export const writeTheme = (theme) => JSON.stringify({ type: "custom", ...theme });

/** Return what can't be read well: [text's name, ground's name, contrast]. */
export function paleTexts(theme) {
  const pairs = [
    ["sidebarText", "sidebarBg"], ["sidebarUnreadText", "sidebarBg"], ["sidebarText", "sidebarTextHoverBg"], ["sidebarTextActiveColor", "sidebarBg"],
    ["sidebarHeaderTextColor", "sidebarHeaderBg"], ["mentionColor", "mentionBg"], ["centerChannelColor", "centerChannelBg"],
    ["newMessageSeparator", "centerChannelBg"], ["mentionHighlightLink", "mentionHighlightBg"], ["errorTextColor", "centerChannelBg"],
    ["linkColor", "centerChannelBg"], ["buttonColor", "buttonBg"],
  ];
  return pairs.map(([text, ground]) => [text, ground, contrast(theme[text], theme[ground])]).filter(([, , found]) => found < READABLE);
}

/** Return the largest of some shares that leaves `text(share)` readable on all grounds, else the last. */
function share(shares, readable) {
  return shares.find(readable) ?? shares.at(-1);
}

const SOFTER = [0.38, 0.32, 0.26, 0.2, 0.14, 0.08, 0];
const TINTS = [0.16, 0.12, 0.08, 0.05, 0.03];

/** Return the page's custom properties for a theme, and whether it is a dark one. */
export function pageColours(theme) {
  const { centerChannelBg: ground, centerChannelColor: text, linkColor: link, sidebarBg: side } = theme;
  const dark = isDark(theme);
  const raised = mix(ground, "#ffffff", dark ? 0.05 : 0);
  const tinted = mix(ground, text, 0.06);
  const softer = (amount) => mix(text, ground, amount);
  const soft = softer(share(SOFTER, (amount) => [ground, raised, tinted].every((one) => contrast(softer(amount), one) >= READABLE)));
  const tint = (amount) => mix(ground, link, amount);
  const active = (amount) => mix(side, theme.sidebarTextActiveColor, amount);
  const activeShare = share(TINTS, (amount) => contrast(theme.sidebarTextActiveColor, active(amount)) >= READABLE);
  return {
    dark,
    colours: {
      "--bg": ground, "--text": text, "--text-soft": soft, "--line": mix(ground, text, 0.14), "--bg-side": mix(ground, text, 0.04),
      "--bg-raised": raised, "--bg-hover": mix(ground, text, 0.05), "--bg-code": tinted,
      "--accent": link, "--accent-strong": mix(link, text, 0.2), "--accent-soft": tint(share(TINTS, (amount) => contrast(link, tint(amount)) >= READABLE)),
      "--button": theme.buttonBg, "--button-strong": mix(theme.buttonBg, lightness(theme.buttonColor) > 0.5 ? "#000000" : "#ffffff", 0.15),
      "--on-accent": theme.buttonColor, "--mention": theme.mentionHighlightBg, "--mention-text": theme.mentionHighlightLink,
      "--badge": theme.mentionBg, "--on-badge": theme.mentionColor, "--danger": theme.errorTextColor, "--new": theme.newMessageSeparator,
      "--online": theme.onlineIndicator, "--away": theme.awayIndicator, "--dnd": theme.dndIndicator,
      "--side-bg": side, "--side-text": theme.sidebarUnreadText, "--side-soft": theme.sidebarText, "--side-hover": theme.sidebarTextHoverBg,
      "--side-line": mix(side, theme.sidebarText, 0.2), "--side-active": active(activeShare), "--side-active-text": theme.sidebarTextActiveColor,
      "--side-active-edge": theme.sidebarTextActiveBorder, "--side-head": theme.sidebarHeaderBg, "--side-head-text": theme.sidebarHeaderTextColor,
    },
  };
}
