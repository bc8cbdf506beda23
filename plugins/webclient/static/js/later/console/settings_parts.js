// How sections are grouped in the overview, and the settings of a long section on its page.

const GROUPS = {
  site: ["TeamSettings", "SupportSettings", "AnnouncementSettings", "LocalizationSettings", "PrivacySettings", "DisplaySettings", "ThemeSettings"],
  sign_in: ["PasswordSettings", "GuestAccountsSettings", "LdapSettings", "SamlSettings", "OpenIdSettings", "GitLabSettings", "GoogleSettings", "Office365Settings"],
  messages: ["EmailSettings", "FileSettings", "ElasticsearchSettings", "ImageProxySettings", "MessageFilters"],
  rules: ["ComplianceSettings", "DataRetentionSettings", "MessageExportSettings", "ExperimentalAuditSettings", "ImportSettings", "ExportSettings"],
};

/** Return [group, sections], in order; what belongs to none of them is of the machine. */
export function grouped(sections) {
  const known = Object.values(GROUPS).flat();
  const groups = Object.entries(GROUPS).map(([name, ids]) => [name, ids.map((id) => sections.find((one) => one.id === id)).filter(Boolean)]);
  return [["machine", sections.filter((one) => !known.includes(one.id))], ...groups].filter(([, found]) => found.length);
}

const MANY = 40; // settings of a page from which on it has headings

/** Part of a page → whose settings: by the parts of the permissions' names, or by how they are called. */
const PARTS = {
  web: [["environment_web_server"], /^(Websocket|TLS|TrustedProxy|IdleTimeout|FrameAncestors|AllowCookies|Maximum(Payload|URL))/],
  sign_in: [["authentication_password", "authentication_mfa", "authentication_signup", "integrations_cors"], /^EnableUserAccessTokens$/],
  sessions: [["environment_session_lengths"], /^Session/],
  integrations: [["integrations_integration_management", "integrations_bot_accounts"], /^$/],
  messages: [["site_posts", "site_emoji", "integrations_gif", "user_management_permissions", "environment_database", "site_users_and_teams"], /^(Enable(PostSearch|FileSearch|User(Typing|Statuses)|ChannelViewed)|TimeBetween|Thread|Collapsed|Post)/],
};

/** Return [part or null, settings] of a page, in order; a short page is one part. */
export function partsOf(settings) {
  if (settings.length < MANY) return [[null, settings]];
  const parts = new Map([...Object.keys(PARTS), "other"].map((name) => [name, []]));
  for (const one of settings) parts.get(partOf(one)).push(one);
  return [...parts].filter(([, found]) => found.length);
}

function partOf(one) {
  const found = Object.entries(PARTS).find(([, [tags, called]]) => one.access.some((tag) => tags.includes(tag)) || called.test(one.name));
  return found?.[0] ?? "other";
}
