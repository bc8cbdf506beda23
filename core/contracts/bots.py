"""Bots: accounts of programs, each with somebody who answers for it."""

from typing import Protocol

import msgspec

from hubbub.core.contracts.errors import NotFound, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.sessions import Session


class Bot(msgspec.Struct, kw_only=True):
    """What makes an account a bot's, as the API shows it. Times in ms.

    `owner_id` is a user's id, or the name of a plugin for bots of the server's own.
    """

    user_id: str
    username: str
    display_name: str = ""
    description: str = ""
    owner_id: str = ""
    last_icon_update: int = 0
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0


class BotNotFound(NotFound):
    id = "store.sql_bot.get.missing.app_error"
    message = "There is no such bot."


class BotService(Protocol):
    """Accounts of programs."""

    def get(self, user_id: str) -> Bot:
        """Return a bot, disabled or not. Raises `BotNotFound`. One query."""


def require_bot(permissions: PermissionService, bot: Bot, session: Session, *, read: bool = False) -> None:
    """Raise unless the session may manage (or see) a bot: one's own or, with another permission, others'.

    Raises `BotNotFound` for who may not even see it, else `PermissionDenied`.
    """
    own = bot.owner_id == session.user_id
    see = Permission.READ_BOTS if own else Permission.READ_OTHERS_BOTS
    manage = Permission.MANAGE_BOTS if own else Permission.MANAGE_OTHERS_BOTS
    if permissions.has(session, see if read else manage):
        return
    # SECURITY: whoever may not see bots must not learn which there are.
    if read or not permissions.has(session, see):
        raise BotNotFound
    raise PermissionDenied(manage)


def require_account(permissions: PermissionService, bots: BotService, session: Session, user_id: str) -> None:
    """Raise unless the session may change an account: its own, somebody's for who edits others, or a bot's it manages.

    Raises `PermissionDenied`, `BotNotFound`.
    """
    if permissions.has_user(session, user_id):
        return
    try:
        bot = bots.get(user_id)
    except BotNotFound:
        permissions.require_user(session, user_id)
        return
    require_bot(permissions, bot, session)
