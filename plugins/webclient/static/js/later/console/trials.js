// Buttons that try settings before they are saved: mail, files, the site's address, directories.

import { h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { field, form, openDialog, words } from "../../dialogs/dialog.js";
import { act, button, facts, table } from "./kit.js";

/** Section → trials: [name, run(document, take)]; what `run` returns (nodes) is shown, `take(values)` puts values into the fields. */
const TRIALS = {
  EmailSettings: [["mail", (document) => api.post("/email/test", document)]],
  FileSettings: [["s3", (document) => api.post("/file/s3_test", document)]],
  ServiceSettings: [["site_url", ({ ServiceSettings }) => api.post("/site_url/test", { site_url: ServiceSettings.SiteURL })]],
  LdapSettings: [["ldap", ({ LdapSettings }) => api.post("/ldap/test_connection", LdapSettings)], ["ldap_people", findPeople], ["ldap_use", () => api.post("/ldap/test")], ["ldap_sync", syncNow]],
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

/** Whether filters and attributes find people, with those settings; each with what was found. */
async function findPeople({ LdapSettings }) {
  const kinds = ["filters", "attributes"];
  const found = (await Promise.all(kinds.map((test) => api.post(`/ldap/test_diagnostics?test=${test}`, LdapSettings)))).flat().filter((one) => one.test_value);
  return table(t("console.try_ldap_people"), [t("console.name"), t("console.setting_value"), t("console.entries"), t("console.details")], found.map((one) =>
    [one.test_name, h("code", one.test_value), one.entries_with_value || one.total_count, one.error ? h("span.field-problem", one.error) : one.message]));
}

async function syncNow() {
  await api.post("/ldap/sync");
  return h("span", t("console.sync_begun"), " ", h("a", { href: href("/admin_console/jobs") }, t("console.jobs")));
}

/** Fetch what the identity provider says of itself: shown, and taken over when one wants to. */
async function providerMetadata({ SamlSettings }, take) {
  const found = await api.post("/saml/metadatafromidp", { saml_metadata_url: SamlSettings.IdpMetadataURL });
  const shown = facts(Object.entries(found).map(([name, value]) => [name, String(value).slice(0, 200)]));
  return h("div", shown, button(t("console.take_metadata"), () => act(async () => {
    const body = new FormData();
    body.append("certificate", new Blob([found.idp_public_certificate]), "idp.crt");
    await api.post("/saml/certificate/idp", body);
    await take({ IdpURL: found.idp_url, IdpDescriptorURL: found.idp_descriptor_url });
  }, () => {}, t("console.taken"))));
}

/** The trials of a section, null when it has none. `documentOf()` returns its settings as they would be saved, `take(values)` changes fields. */
export function trialsOf(id, documentOf, take) {
  const trials = TRIALS[id];
  if (!trials) return null;
  return h("div.trials", trials.map(([name, run]) => trial(name, run, documentOf, take)));
}

function trial(name, run, documentOf, take) {
  const outcome = h("div.trial-outcome", { role: "status" });
  const go = button(t(`console.try_${name}`), async () => {
    go.disabled = true;
    outcome.className = "trial-outcome";
    outcome.replaceChildren(t("console.trying"));
    try {
      const found = await run(documentOf(), take);
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
