// Buttons that try settings before they are saved: mail, files, the site's address, directories.

import { h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { field, form, openDialog, words } from "../../dialogs/dialog.js";
import { button, facts } from "./kit.js";

/** Section → trials: [name, run(document)]; what `run` returns (nodes) is shown. */
const TRIALS = {
  EmailSettings: [["mail", (document) => api.post("/email/test", document)]],
  FileSettings: [["s3", (document) => api.post("/file/s3_test", document)]],
  ServiceSettings: [["site_url", ({ ServiceSettings }) => api.post("/site_url/test", { site_url: ServiceSettings.SiteURL })]],
  LdapSettings: [["ldap", ({ LdapSettings }) => api.post("/ldap/test_connection", LdapSettings)], ["ldap_use", () => api.post("/ldap/test")]],
  SupportSettings: [["terms", writeTerms]],
  SamlSettings: [["saml", samlState], ["saml_metadata", providerMetadata]],
  ElasticsearchSettings: [["search", (document) => api.post("/elasticsearch/test", document)]],
};

/** The terms are no setting: each version is kept. They can be written once they are turned on. */
async function writeTerms() {
  const latest = await api.get("/terms_of_service").catch(() => ({ text: "" }));
  const text = field({ label: t("console.terms_text"), name: "text", value: latest.text, multiline: true, rows: 12, maxlength: 16383, hint: t("console.terms_hint") });
  let saved = false;
  const dialog = openDialog(t("console.try_terms"), form(text, t("save"), async (values) => {
    await api.post("/terms_of_service", values);
    saved = true;
    dialog.close();
  }), { wide: true });
  await dialog.closed;
  return h("span", saved && t("saved"));
}

/** There is no trial of SAML without a browser; the server tells which of the files it needs it has. */
async function samlState() {
  const found = await api.get("/saml/certificate/status");
  const name = { idp_certificate_file: "saml_idp", public_certificate_file: "saml_public", private_key_file: "saml_key" };
  return facts(Object.entries(name).map(([key, label]) => [t(`console.${label}`), t(found[key] ? "console.there" : "console.missing")]));
}

/** Fetch what the identity provider says of itself: shown, to be typed into the fields that want it. */
async function providerMetadata({ SamlSettings }) {
  const found = await api.post("/saml/metadatafromidp", { saml_metadata_url: SamlSettings.IdpMetadataURL });
  return facts(Object.entries(found).map(([name, value]) => [name, String(value).slice(0, 200)]));
}

/** The trials of a section, null when it has none. `documentOf()` returns its settings as they would be saved. */
export function trialsOf(id, documentOf) {
  const trials = TRIALS[id];
  if (!trials) return null;
  return h("div.trials", trials.map(([name, run]) => trial(name, run, documentOf)));
}

function trial(name, run, documentOf) {
  const outcome = h("div.trial-outcome", { role: "status" });
  const go = button(t(`console.try_${name}`), async () => {
    go.disabled = true;
    outcome.className = "trial-outcome";
    outcome.replaceChildren(t("console.trying"));
    try {
      const found = await run(documentOf());
      outcome.classList.add("good");
      outcome.replaceChildren(found instanceof Node ? found : t("console.works"));
    } catch (error) {
      if (error.status === undefined) throw error;
      outcome.classList.add("bad");
      outcome.replaceChildren(error.missing ? t("console.no_trial") : words(error));
    } finally {
      go.disabled = false;
    }
  });
  return h("div.trial", go, outcome);
}
