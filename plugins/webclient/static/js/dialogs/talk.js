// Beginning a talk with one person or a few.

import { h } from "../lib/dom.js";
import { go } from "../lib/router.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channelPath, openTalk } from "../data/channels.js";
import { form, openDialog } from "./dialog.js";
import { PeoplePicker } from "./pick_people.js";

const MOST = 7;

/** Choose whom to talk to; `others` are chosen already. */
export function talkDialog({ others = [] } = {}) {
  const everywhere = state.config.RestrictDirectMessage !== "team";
  const picker = new PeoplePicker({ scope: everywhere ? {} : { team_id: state.teamId }, most: MOST, chosen: others });
  const dialog = openDialog(t("talk.new"), form([picker.element, h("p.hint", t("talk.most", { count: MOST }))], t("talk.open"), async () => {
    if (!picker.chosen.size) throw new Error(t("talk.need_somebody"));
    const made = await openTalk([...picker.chosen.keys()].filter((id) => picker.chosen.size === 1 || id !== state.me.id));
    dialog.close();
    go(channelPath(made));
  }), { wide: true });
}
