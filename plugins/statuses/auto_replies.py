"""Out of office: the status of those who have automatic replies turned on."""

from typing import Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.statuses import ONLINE, OUT_OF_OFFICE, StatusService
from hubbub.core.contracts.users import User, UserPatch, UserService

PROP: Final = "auto_responder_active"


class AutoReplies:
    """Keeps the status and the setting in step: whichever is changed takes the other along."""

    def __init__(self, context: PluginContext, statuses: StatusService) -> None:
        self._users = context.service(UserService)
        self._statuses = statuses

    def changed(self, new: User, old: User) -> None:
        """Set the status when the setting was changed."""
        if _are_on(new) == _are_on(old):
            return
        if _are_on(new):
            self._statuses.set_manual(new.id, OUT_OF_OFFICE)
        elif self._statuses.get(new.id).status == OUT_OF_OFFICE:
            self._statuses.set_manual(new.id, ONLINE)

    def turn_off(self, user_id: str) -> None:
        """Turn them off for somebody who chooses another status; does nothing for others."""
        if self._statuses.get(user_id).status != OUT_OF_OFFICE:
            return
        user = self._users.get(user_id)
        if _are_on(user) and isinstance(user.notify_props, dict):
            self._users.patch(user_id, UserPatch(notify_props={**user.notify_props, PROP: "false"}))


def _are_on(user: User) -> bool:
    return isinstance(user.notify_props, dict) and user.notify_props.get(PROP) == "true"
