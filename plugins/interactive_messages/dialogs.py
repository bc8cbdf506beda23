"""Dialogs: forms that an integration opens for somebody and gets back filled in."""

from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.sessions import Session
from hubbub.plugins.interactive_messages.integration import Integrations
from hubbub.plugins.interactive_messages.records import LookupAnswer, SubmissionAnswer, SubmissionBody
from hubbub.plugins.interactive_messages.seals import Seals

KINDS: Final = frozenset({"text", "textarea", "select", "bool", "radio", "date", "datetime"})
MAX_TITLE: Final = 24
MAX_DISPLAY_NAME: Final = 24
MAX_NAME: Final = 300
MAX_HELP: Final = 150


class Dialogs:
    """Opens dialogs, passes on what was filled in."""

    def __init__(self, context: PluginContext, seals: Seals) -> None:
        self._context = context
        self._integrations = Integrations(context)
        self._seals = seals

    def open(self, trigger_id: str, url: str, dialog: dict[str, Any]) -> None:
        """Publish `open_dialog` to the user of the trigger. Raises `BadTrigger`, `InvalidBodyParam`."""
        user_id = self._seals.user_of_trigger(trigger_id)
        check(dialog)
        for flaw in flaws(dialog):
            # Told to nobody else: integrations that clients have shown for years must go on working.
            self._context.log.warning("a dialog of %s: %s", url.split("?", 1)[0], flaw)
        shown = {"trigger_id": trigger_id, "url": url, "dialog": dialog}
        data = {"dialog": json.encode_str(shown)}
        self._context.publish(Event(name="open_dialog", data=data, broadcast=Broadcast(user_id=user_id)))

    def submit(self, session: Session, body: SubmissionBody) -> SubmissionAnswer:
        """Send what was filled in, or that the dialog was closed; return what the integration says."""
        kind = "dialog_cancellation" if body.cancelled else "dialog_submission"
        answer = self._send(session, body, kind)
        error_id = "app.submit_interactive_dialog.decode_json_error"
        result: SubmissionAnswer = self._integrations.read(answer, SubmissionAnswer, error_id)
        return result

    def lookup(self, session: Session, body: SubmissionBody) -> LookupAnswer:
        """Ask what may be chosen in a select whose options the integration knows."""
        answer = self._send(session, body, "dialog_lookup")
        error_id = "app.lookup_interactive_dialog.decode_json_error"
        result: LookupAnswer = self._integrations.read(answer, LookupAnswer, error_id)
        return result

    def _send(self, session: Session, body: SubmissionBody, kind: str) -> bytes:
        url = body.url or ""
        sent = msgspec.structs.replace(body, type=kind, url=msgspec.UNSET, user_id=session.user_id)
        return self._integrations.ask(url, sent, session)


def check(dialog: dict[str, Any]) -> None:
    """Raise `InvalidBodyParam` for what no client could show."""
    elements = dialog.get("elements")
    if elements is not None and not (isinstance(elements, list) and all(isinstance(one, dict) for one in elements)):
        raise InvalidBodyParam("dialog.elements")
    for element in elements or ():
        options = element.get("options")
        if options is not None and not (isinstance(options, list) and all(isinstance(one, dict) for one in options)):
            raise InvalidBodyParam("dialog.elements.options")


def flaws(dialog: dict[str, Any]) -> list[str]:
    """Return what is wrong with a dialog that clients show all the same."""
    found = []
    title = str(dialog.get("title") or "")
    if not 1 <= len(title) <= MAX_TITLE:
        found.append(f"its title has {len(title)} characters, not 1 to {MAX_TITLE}")
    names = [str(element.get("name") or "") for element in dialog.get("elements") or ()]
    found += [f"it has two elements named {name!r}" for name in sorted({one for one in names if names.count(one) > 1})]
    for element in dialog.get("elements") or ():
        found += _element_flaws(element)
    return found


def _element_flaws(element: dict[str, Any]) -> list[str]:
    name, kind = str(element.get("name") or ""), str(element.get("type") or "")
    found = []
    if kind not in KINDS:
        found.append(f"element {name!r} is of kind {kind!r}, not one of {', '.join(sorted(KINDS))}")
    if not 1 <= len(name) <= MAX_NAME:
        found.append(f"the name of an element has {len(name)} characters, not 1 to {MAX_NAME}")
    label = str(element.get("display_name") or "")
    if not 1 <= len(label) <= MAX_DISPLAY_NAME:
        found.append(f"the display_name of {name!r} has {len(label)} characters, not 1 to {MAX_DISPLAY_NAME}")
    if len(str(element.get("help_text") or "")) > MAX_HELP:
        found.append(f"the help_text of {name!r} has more than {MAX_HELP} characters")
    return found
