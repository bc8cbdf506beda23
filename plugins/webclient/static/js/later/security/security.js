// Settings › Security: how one signs in, and the applications that one has let in.

import { h } from "../../lib/dom.js";
import { addWords } from "../../lib/i18n.js";
import { authorisedApps } from "./apps.js";
import { signInMethod } from "./switch.js";

/** Return what the page shows, once its words are there. */
export async function securitySettings() {
  await addWords("security");
  return [signInMethod(h("section")), authorisedApps()];
}
