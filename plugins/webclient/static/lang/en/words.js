// The words of the page in English: complete, and what other languages fall back to. A part for each area.

import { channels } from "./channels.js";
import { entry } from "./entry.js";
import { files } from "./files.js";
import { messages } from "./messages.js";
import { page } from "./page.js";
import { settings } from "./settings.js";
import { teams } from "./teams.js";

export const words = { ...channels, ...entry, ...files, ...messages, ...page, ...settings, ...teams };
