// The words of the page in English: complete, and what other languages fall back to. A part for each area.

import { channels } from "./en/channels.js";
import { entry } from "./en/entry.js";
import { files } from "./en/files.js";
import { messages } from "./en/messages.js";
import { page } from "./en/page.js";
import { settings } from "./en/settings.js";
import { teams } from "./en/teams.js";

export const en = { ...channels, ...entry, ...files, ...messages, ...page, ...settings, ...teams };
