"""Buttons, menus and dialogs: what lets an integration answer somebody who has just done something."""

from typing import Any, Protocol

from hubbub.core.contracts.errors import BadRequest


class BadTrigger(BadRequest):
    """A trigger id is not one of ours, or too old; `id` says which."""

    id = "interactive_message.decode_trigger_id.verify_signature_failed"
    message = "The trigger_id is not one that this server has given out."


class InteractionService(Protocol):
    """Gives out trigger ids, and opens dialogs for those who have one."""

    def new_trigger(self, user_id: str) -> str:
        """Return a trigger id: whoever holds it may open one dialog for the user within the next seconds."""

    def open_dialog(self, trigger_id: str, url: str, dialog: dict[str, Any]) -> None:
        """Show a dialog to the user of a trigger id; what is filled in is sent to `url`. Raises `BadTrigger`."""


class NullInteractionService:
    """Gives out nothing: no plugin for interactive messages is on."""

    def new_trigger(self, user_id: str) -> str:
        """Return no trigger id."""
        return ""

    def open_dialog(self, trigger_id: str, url: str, dialog: dict[str, Any]) -> None:
        """Refuse."""
        raise BadTrigger
