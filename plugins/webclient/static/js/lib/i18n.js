// Words in the reader's language: English is complete and the fallback, others are loaded when they are chosen.

import { en } from "../../lang/en.js";
import { kept } from "./store.js";

export const LANGUAGES = { en: "English", de: "Deutsch", es: "Español" };

let language = "en";
let words = en;
let plurals = new Intl.PluralRules("en");

export const locale = () => language;

/** Load a language by its code, or the one that fits the browser. */
export async function useLanguage(wanted) {
  const asked = [wanted, kept.get("language"), ...navigator.languages.map((code) => code.slice(0, 2))];
  const found = asked.find((code) => code in LANGUAGES) ?? "en";
  if (found !== "en") {
    try {
      words = { ...en, ...(await import(`../../lang/${found}.js`)).words };
    } catch {
      words = en;
    }
  } else words = en;
  language = found;
  plurals = new Intl.PluralRules(found);
  document.documentElement.lang = found;
  kept.set("language", found);
}

/** Add the words of a part that is loaded on demand: in English, and in the chosen language by `load(code)`. */
export async function addWords(english, load) {
  const own = language === "en" ? {} : await load(language).then((found) => found.words, () => ({}));
  words = { ...english, ...words, ...own };
}

/**
 * Return a text: t("thread.replies", { count: 3 }). A text may be an object by plural form, chosen by `count`; {name} in it is
 * replaced by the parameter.
 */
export function t(key, params = {}) {
  let text = words[key] ?? en[key] ?? key;
  if (typeof text === "object") text = text[plurals.select(params.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}
