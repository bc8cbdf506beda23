// The languages that there are: a folder beside this file for each, named by its code, and a line here.
// `direction` is for those that are written from right to left.

export const LANGUAGES = {
  en: { name: "English" },
  de: { name: "Deutsch" },
  es: { name: "Español" },
  fa: { name: "فارسی", direction: "rtl" },
};
