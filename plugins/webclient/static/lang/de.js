// Deutsch.

import { channels } from "./de/channels.js";
import { entry } from "./de/entry.js";
import { files } from "./de/files.js";
import { messages } from "./de/messages.js";
import { page } from "./de/page.js";
import { settings } from "./de/settings.js";
import { teams } from "./de/teams.js";

export const words = { ...channels, ...entry, ...files, ...messages, ...page, ...settings, ...teams };
