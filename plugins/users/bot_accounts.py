"""The rules of bots: who owns them, what they are called, when they are disabled."""

from typing import Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import PasswordService
from hubbub.core.contracts.bots import Bot, BotNotFound
from hubbub.core.contracts.errors import BadRequest, Forbidden
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import NewUser, User, UserPatch
from hubbub.core.http.paging import Page
from hubbub.plugins.users import defaults
from hubbub.plugins.users.bot_store import BotStore
from hubbub.plugins.users.service import Users

MAX_DESCRIPTION: Final = 1024
"""Runes."""


class BotPatch(msgspec.Struct, kw_only=True):
    """Fields to change; None leaves a field as it is."""

    username: str | None = None
    display_name: str | None = None
    description: str | None = None


class CreationDisabled(Forbidden):
    id = "api.bot.create_disabled"
    message = "Bots can't be created on this server (ServiceSettings.EnableBotAccountCreation)."


class DescriptionTooLong(BadRequest):
    id = "model.bot.is_valid.description.app_error"
    message = "A bot's description has at most {max} characters, not {length}."


class AlreadyBot(BadRequest):
    id = "api.user.convert_to_bot.already_bot.app_error"
    message = "This account is a bot's already."


class BotAccounts:
    """Implements `BotService`. The caller has checked permissions."""

    def __init__(self, context: PluginContext, users: Users, passwords: PasswordService) -> None:
        self._context = context
        self._db = context.db
        self._users = users
        self._passwords = passwords
        self._store = BotStore(context.db)

    def get(self, user_id: str) -> Bot:
        """See `BotService.get`."""
        bot = self._store.get(user_id)
        if bot is None:
            raise BotNotFound
        return bot

    def page(self, page: Page, *, owner_id: str, deleted: bool, orphaned: bool) -> list[Bot]:
        """Return a page of bots; see `BotStore.page`."""
        return self._store.page(page, owner_id=owner_id, deleted=deleted, orphaned=orphaned)

    def create(self, wanted: BotPatch, owner_id: str) -> Bot:
        """Make a bot. Raises `CreationDisabled`, `InvalidUser`, `UserExists`, `DescriptionTooLong`."""
        if not self._context.config.ServiceSettings.EnableBotAccountCreation:
            raise CreationDisabled
        description = _checked(wanted.description or "")
        name = (wanted.username or "").strip().lower()
        new = NewUser(username=name, email=f"{name}@localhost", first_name=wanted.display_name or "")
        user = self._users.create_bot(new, description, owner_id)
        return self.get(user.id)

    def patch(self, user_id: str, patch: BotPatch) -> Bot:
        """Change names and description. Raises as `create` does, and `BotNotFound`."""
        self.get(user_id)
        columns = {} if patch.description is None else {"description": _checked(patch.description)}
        with self._db.transaction():
            self._store.update(user_id, updateat=now_ms(), **columns)
            self._users.patch(user_id, UserPatch(username=patch.username, first_name=patch.display_name))
            self._users.change(user_id)
        return self.get(user_id)

    def assign(self, user_id: str, owner_id: str) -> Bot:
        """Give a bot to somebody else. Raises `BotNotFound`, `UserNotFound`."""
        self.get(user_id)
        self._store.update(user_id, ownerid=self._users.get(owner_id).id, updateat=now_ms())
        return self.get(user_id)

    def set_active(self, user_id: str, active: bool) -> Bot:
        """Enable or disable a bot: its account and its access tokens with it. Raises `BotNotFound`."""
        self.get(user_id)
        self._users.set_active(user_id, active)
        self.follow(self._users.get(user_id))
        return self.get(user_id)

    def follow(self, user: User) -> None:
        """Have a bot be disabled just when its account is deactivated, however that came about."""
        bot = self._store.get(user.id)
        if bot is not None and bool(bot.delete_at) != bool(user.delete_at):
            self._store.update(user.id, deleteat=user.delete_at, updateat=now_ms())

    def owner_left(self, owner: User) -> None:
        """Disable the bots of an owner whose account was deactivated, where settings say so."""
        if self._context.config.ServiceSettings.DisableBotsWhenOwnerIsDeactivated:
            for bot_id in self._store.ids_of_owner(owner.id):
                self.set_active(bot_id, False)

    def make_bot(self, user_id: str) -> Bot:
        """Turn a person's account into a bot's, owned by itself. It can't sign in any more.

        Raises `UserNotFound`, `AlreadyBot`.
        """
        user = self._users.get(user_id)
        if user.is_bot is True:
            raise AlreadyBot
        with self._db.transaction():
            self._users.change(
                user_id, also=lambda: self._store.insert(user_id, description="", owner_id=user_id, now=now_ms())
            )
        return self.get(user_id)

    def make_person(self, user_id: str, patch: UserPatch, *, admin: bool) -> User:
        """Turn a bot's account into a person's, with a password. Raises `BotNotFound`, `BadRequest`, `UserExists`."""
        self.get(user_id)
        self._passwords.validate(patch.password or "")
        hashed = self._passwords.hash(patch.password or "")
        profile = msgspec.structs.replace(patch, password=None)
        with self._db.transaction():
            self._users.change(user_id, also=lambda: self._store.delete(user_id))
            self._users.patch(user_id, profile)
            self._users.set_password_hash(user_id, hashed)
            if admin:
                self._users.set_roles(user_id, defaults.ADMIN_ROLES)
        return self._users.get(user_id)


def _checked(description: str) -> str:
    if len(description) > MAX_DESCRIPTION:
        raise DescriptionTooLong(max=MAX_DESCRIPTION, length=len(description))
    return description
