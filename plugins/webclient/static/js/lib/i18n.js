// Words in the reader's language: English is complete and the fallback, others are loaded when they are chosen.

import { words as english } from "../../lang/en/words.js";
import { LANGUAGES } from "../../lang/languages.js";
import { kept } from "./store.js";

const DIGITS = { useGrouping: false, maximumFractionDigits: 20 };
let language = "en";
let words = english;
let plurals = new Intl.PluralRules("en");
let digits = new Intl.NumberFormat("en", DIGITS);

export const locale = () => language;

/** Say whether the page is read from right to left. */
export const rightToLeft = () => LANGUAGES[language].direction === "rtl";

/** Return a number in the language's digits. */
export const number = (value) => digits.format(value);

/** Load a language by its code, or the one that fits the browser, and turn the page to its direction. */
export async function useLanguage(wanted) {
  const asked = [wanted, kept.get("language"), ...navigator.languages.map((code) => code.slice(0, 2))];
  const found = asked.find((code) => Object.hasOwn(LANGUAGES, code ?? "")) ?? "en";
  words = { ...english, ...(await wordsOf(found, "words")) };
  language = found;
  plurals = new Intl.PluralRules(found);
  digits = new Intl.NumberFormat(found, DIGITS);
  document.documentElement.lang = found;
  document.documentElement.dir = rightToLeft() ? "rtl" : "ltr";
  kept.set("language", found);
  kept.set("direction", document.documentElement.dir); // for theme.js, before the next page is drawn
}

/** Add the words of a part that is loaded on demand: "console" is lang/en/later/console.js, and the chosen language's. */
export async function addWords(part) {
  const [fallback, own] = await Promise.all([import(`../../lang/en/later/${part}.js`), wordsOf(language, `later/${part}`)]);
  words = { ...fallback.words, ...words, ...own };
}

/** Return what a language other than English has in a file of its folder; nothing where it can't be loaded. */
async function wordsOf(code, file) {
  if (code === "en") return {};
  return import(`../../lang/${code}/${file}.js`).then((found) => found.words, () => ({}));
}

/**
 * Return a text: t("thread.replies", { count: 3 }). A text may be an object by plural form, chosen by `count`; {name} in it is
 * replaced by the parameter.
 */
export function t(key, params = {}) {
  let text = words[key] ?? english[key] ?? key;
  if (typeof text === "object") text = text[plurals.select(params.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? filled(params[name]) : whole));
}

const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A name or an address in a sentence: where the directions of the two may differ, neither disturbs the other (FSI, PDI). */
function filled(value) {
  if (typeof value === "number") return number(value);
  const text = String(value);
  return text && (rightToLeft() || FROM_RIGHT.test(text)) ? `\u2068${text}\u2069` : text;
}

/** Return names one after the other, each in its own direction; those that are "", false or null are left out. */
export const joined = (names, between = t("comma")) => names.filter(Boolean).map(filled).join(between);

/** What a key does to a place in a row: 1 forward, -1 back, undefined for other keys. In rtl the left arrow goes forward. */
export function sideStep(key) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  return step && (rightToLeft() ? -step : step);
}
