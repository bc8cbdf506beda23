// One page for every kind: a list of cards, and a form that makes or edits one. What differs is in the kind.
//
// A kind has: name, icon, load(page) → records, fields(record or null) → fields, create(values) and update(record, values) →
// the record, title(record), owner(record) → a user's id, facts(record) → [label, text], copies(record) → [label, text,
// secret?]; and where it can be done remove(record), regenerate(record), examples(record) → [label, text] to try it with,
// trial(values, record or null) that tries what is in the form, mayCreate(), actions(record, again) → buttons, tags(record).

import { h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { state } from "../../lib/store.js";
import { shortTime } from "../../lib/time.js";
import { keep } from "../../data/users.js";
import { form, openDialog, toast } from "../../dialogs/dialog.js";
import { askAndAct, button, facts, frame, Live, pager } from "../console/kit.js";
import { copies, examples } from "./copies.js";
import { checked, controls, explained, valuesOf } from "./fields.js";
import { trialButton } from "./trial.js";

export const PER_PAGE = 50;

/** The page of a kind. */
export async function kindPage(kind) {
  let at = 0;
  const live = new Live(async () => {
    const found = await kind.load(at);
    await meet(found.map(kind.owner));
    const turn = (to) => {
      at = to;
      live.draw();
    };
    const cards = found.map((one) => card(kind, one, () => live.draw({ quiet: true })));
    return [cards.length ? h("ul.cards", cards) : h("p.empty", t("integrations.none")), !kind.whole && pager(at, found.length === PER_PAGE, turn)];
  });
  const add = kind.mayCreate?.() === false ? null : button(t("integrations.add"), () => edit(kind, null, () => live.draw()), { primary: true });
  await live.draw({ strict: true });
  const off = add === null && kind.offHint;
  return { element: frame(t(`integrations.${kind.name}`), { hint: t(`integrations.${kind.name}_hint`), tools: add }, off && h("p.hint", off()), live.element) };
}

/** Learn who made them, so that their names can be shown. */
async function meet(ids) {
  const unknown = [...new Set(ids)].filter((id) => id && !state.users.has(id));
  if (unknown.length) (await api.post("/users/ids", unknown).catch(() => [])).forEach(keep);
}

function card(kind, one, again) {
  const name = kind.title(one);
  const maker = state.users.get(kind.owner(one))?.username ?? "";
  const regenerate = kind.regenerate && kind.mayRegenerate?.(one) !== false;
  return h("li.card-row",
    h("div.card-head", h("h2", h("bdi", name)), kind.tags?.(one)),
    one.description && h("p", h("bdi", one.description)),
    h("p.muted", t("integrations.made", { name: maker ? `@${maker}` : kind.owner(one), when: shortTime(one.create_at) })),
    facts(kind.facts(one)),
    copies(kind.copies(one), name),
    kind.examples && examples(kind.examples(one), name, { folded: true }),
    h("div.console-tools",
      button(t("integrations.change"), () => edit(kind, one, again), { about: name }),
      regenerate && button(t("integrations.regenerate"), () => askAndAct({ title: t("integrations.regenerate"), text: t("integrations.regenerate_text", { name }) }, () => kind.regenerate(one), again), { about: name }),
      kind.actions?.(one, again),
      kind.remove && button(t("delete"), () => askAndAct({ title: t("delete"), text: t("integrations.remove_text", { name }) }, () => kind.remove(one), again), { danger: true, about: name })));
}

async function edit(kind, one, again) {
  const fields = await kind.fields(one);
  const read = (place) => checked(valuesOf(place, fields), fields);
  const trial = kind.trial && trialButton((place) => kind.trial(read(place), one));
  const element = form([controls(fields, one), trial?.outcome], t(one ? "save" : "integrations.add"), async (_values, place) => {
    const values = read(place);
    const made = await explained(fields, () => (one ? kind.update(one, values) : kind.create(values)));
    dialog.close();
    if (one) toast(t("saved"));
    else shown(kind, made);
    again();
  }, { secondary: trial?.button });
  const dialog = openDialog(t(one ? "integrations.edit" : "integrations.add_one", { kind: t(`integrations.${kind.name}_one`) }), element, { wide: true });
}

/** Show what has to be copied to elsewhere, right after it has been made. */
function shown(kind, one) {
  const values = kind.copies(one);
  if (!values.length) return toast(t("integrations.made_toast"));
  const done = h("button.primary", { type: "button", autofocus: true, onclick: () => dialog.close() }, t("integrations.ok"));
  const dialog = openDialog(t("integrations.ready", { name: kind.title(one) }), [
    h("p", t(`integrations.${kind.name}_next`)),
    copies(values.map(([label, text]) => [label, text]), kind.title(one)),
    kind.examples && h("section", h("h3", t("integrations.example")), examples(kind.examples(one), kind.title(one))),
    h("div.dialog-actions", done),
  ], { wide: true });
  return dialog;
}
