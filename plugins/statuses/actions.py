"""Actions of the WebSocket: statuses and typing."""

from typing import Any, Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.statuses import AWAY, OFFLINE
from hubbub.core.contracts.users import UserService
from hubbub.core.ids import is_valid_id
from hubbub.core.realtime.actions import PluginActions
from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.errors import InvalidActionParam, ServerBusy
from hubbub.plugins.statuses.service import Statuses
from hubbub.plugins.statuses.typing_notices import TypingNotices

MAX_IDS: Final = 300
"""More don't fit into a message of 8192 bytes."""
MAX_PRESENT: Final = 10_000


class StatusActions:
    """Parse, authorise, one service call, answer."""

    def __init__(self, context: PluginContext, statuses: Statuses, typing: TypingNotices) -> None:
        self._users = context.service(UserService)
        self._statuses = statuses
        self._typing = typing

    def register(self, actions: PluginActions) -> None:
        """Add the actions."""
        actions.add("get_statuses", self.get_statuses)
        actions.add("get_statuses_by_ids", self.get_statuses_by_ids)
        actions.add("user_update_active_status", self.update_active_status)
        actions.add("user_typing", self.user_typing)

    def get_statuses(self, connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
        """Answer user id → status for those who aren't offline (whom the user may see)."""
        if not self._statuses.enabled:
            return {}
        present = self._statuses.store.present(MAX_PRESENT)
        seen = self._users.can_see(connection.user_id, present)
        return {user_id: status for user_id, status in present.items() if user_id in seen}

    def get_statuses_by_ids(self, connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
        """Answer user id → status, offline ones too."""
        user_ids = data.get("user_ids")
        if not isinstance(user_ids, list) or not 1 <= len(user_ids) <= MAX_IDS:
            raise InvalidActionParam("user_ids")
        if not all(isinstance(user_id, str) and is_valid_id(user_id) for user_id in user_ids):
            raise InvalidActionParam("user_ids")
        if not self._statuses.enabled:
            return {}
        return {user_id: status.status or OFFLINE for user_id, status in self._statuses.get_many(user_ids).items()}

    def update_active_status(self, connection: Connection, data: dict[str, Any]) -> None:
        """Take in that the client's window was given or has lost the focus."""
        active, manual = data.get("user_is_active"), data.get("manual", False)
        if not isinstance(active, bool):
            raise InvalidActionParam("user_is_active")
        if active:
            self._statuses.set_online(connection.user_id, manual=manual is True)
        elif manual is True:
            self._statuses.set_manual(connection.user_id, AWAY)
        else:
            self._statuses.set_away_if_idle(connection.user_id)

    def user_typing(self, connection: Connection, data: dict[str, Any]) -> None:
        """Tell the channel that the user is typing."""
        if self._typing.is_busy():
            raise ServerBusy
        channel_id, parent_id = data.get("channel_id"), data.get("parent_id") or ""
        if not isinstance(channel_id, str) or not is_valid_id(channel_id):
            raise InvalidActionParam("channel_id")
        if not isinstance(parent_id, str) or len(parent_id) > 26:
            raise InvalidActionParam("parent_id")
        if connection.session is None or not self._typing.may_type(connection.session, channel_id):
            raise InvalidActionParam("channel_id")
        self._typing.publish(connection.user_id, channel_id, parent_id)
