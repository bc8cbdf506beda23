// Names of sections and settings as people read them.

import { t } from "../../lib/i18n.js";

const WRITTEN = { cdn: "CDN", cors: "CORS", csrf: "CSRF", gif: "GIF", idp: "IdP", json: "JSON", latex: "LaTeX", ldap: "LDAP", oauth: "OAuth", saml: "SAML", svgs: "SVGs", url: "URL", websocket: "WebSocket" };
const SHORT = new Set(["URL", "TLS", "SMTP", "LDAP", "SAML", "MFA", "API", "ID", "IP", "S3", "SQL", "JSON", "CORS", "SSO", "SSL", "CSRF", "HTTP", "SVG", "GIF", "AWS", "CDN", "DCR", "SSE"]);

/** "EnableSMTPAuth" → "Enable SMTP auth". */
export function spaced(name) {
  const parts = name.replace(/\./g, " · ").replace("OAuth", "Oauth").replace("SVGs", "Svgs").replace(/S3(?=[A-Z]{2})/, "S3 ").match(/[A-Z0-9]+(?![a-z])|[A-Z]?[a-z0-9]+|·/g) ?? [name];
  return parts.map((part, at) => WRITTEN[part.toLowerCase()] ?? (at === 0 || part === "·" || (part === part.toUpperCase() && (part.length > 1 || SHORT.has(part))) ? part : part.toLowerCase())).join(" ");
}

/** What a setting is called: in the reader's language where the server has it. */
export const nameOf = (one) => one.title || spaced(one.name);

/** The title of a section; a plugin's is its name. */
export function titleOf(section) {
  if (section.title) return section.title;
  const key = `section.${section.id}`;
  const known = t(key);
  return known === key ? spaced(section.id.replace(/Settings$/, "")) : known;
}
