// Files that belong to settings: certificates and keys of sign-in, the site's picture. Each is kept at once, without "Save".

import { fill, h } from "../../lib/dom.js";
import { api, BASE } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { pictureChoice } from "../../dialogs/picture.js";
import { act, askAndAct, button, tag } from "./kit.js";
import { mayDo } from "./pages.js";

/** Section → the files that its settings name: [setting, path, part of the permissions' names, words]. */
const FILES = {
  SamlSettings: [
    ["IdpCertificateFile", "/saml/certificate/idp", "saml_idp_cert", "saml_idp"],
    ["PublicCertificateFile", "/saml/certificate/public", "saml_public_cert", "saml_public"],
    ["PrivateKeyFile", "/saml/certificate/private", "saml_private_cert", "saml_key"],
  ],
  LdapSettings: [
    ["PublicCertificateFile", "/ldap/certificate/public", "ldap_public_cert", "ldap_public"],
    ["PrivateKeyFile", "/ldap/certificate/private", "ldap_private_cert", "ldap_key"],
  ],
};

/** What a section's page shows above its fields, null for most; `valueOf(name)` is a setting's value, `again()` reads all anew. */
export function filesOf(id, valueOf, again) {
  if (id === "TeamSettings") return mayDo("edit_brand") && picture();
  const files = FILES[id];
  return files ? h("section.site-files", h("h2", t("console.site_files")), h("p.hint", t("console.site_files_hint")), h("ul.plain-list", files.map((file) => row(file, valueOf, again)))) : null;
}

function row([setting, path, permission, words], valueOf, again) {
  const name = t(`console.${words}`);
  const kept = valueOf(setting);
  const input = h("input", { type: "file", accept: ".pem,.crt,.cer,.key", hidden: true, name: setting, "aria-label": name, onchange: () => act(() => upload(path, input.files[0]), again) });
  return h("li.site-file", h("strong", name), tag(kept || t("console.missing"), kept ? "good" : ""), input,
    mayDo(`add_${permission}`) && button(t("console.upload"), () => input.click(), { about: name }),
    kept && mayDo(`remove_${permission}`) && button(t("console.remove_file"), () => askAndAct({ title: t("console.remove_file"), text: t("console.remove_file_text", { name }) }, () => api.delete(path), again), { danger: true, about: name }));
}

function upload(path, file) {
  const body = new FormData();
  body.append("certificate", file);
  return api.post(path, body);
}

/** The site's picture beside the sign-in form. */
function picture() {
  let version = 0; // browsers keep the picture for a day
  let there = false;
  const box = h("div");
  const read = async () => {
    version += 1;
    there = (await fetch(`${BASE}/api/v4/brand/image?v=${version}`, { cache: "reload" }).catch(() => null))?.ok ?? false;
  };
  const shown = () => (there ? h("img.brand-picture", { src: `${BASE}/api/v4/brand/image?v=${version}`, alt: t("console.brand_alt") }) : h("span.muted", t("console.brand_none")));
  read().then(() => fill(box, pictureChoice({ shown, chosen: () => there, path: "/brand/image", read, words: ["console.brand", "console.brand_remove"] })));
  return h("section.site-files", h("h2", t("console.brand_title")), h("p.hint", t("console.brand_hint")), box);
}
