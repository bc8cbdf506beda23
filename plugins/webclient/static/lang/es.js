// Español.

import { channels } from "./es/channels.js";
import { entry } from "./es/entry.js";
import { files } from "./es/files.js";
import { messages } from "./es/messages.js";
import { page } from "./es/page.js";
import { settings } from "./es/settings.js";
import { teams } from "./es/teams.js";

export const words = { ...channels, ...entry, ...files, ...messages, ...page, ...settings, ...teams };
