"""Routes of bots."""

from typing import Any, Final

from hubbub.core.contracts.bots import Bot, BotNotFound, require_bot
from hubbub.core.contracts.errors import InvalidBodyParam, PermissionDenied
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.users import User, UserPatch
from hubbub.core.http.request import Request
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.bot_accounts import BotAccounts, BotPatch
from hubbub.plugins.users.service import Users

_ALL: Final = "/api/v4/bots"
_ONE: Final = _ALL + "/{bot_user_id}"


class BotRoutes:
    """Handlers of /bots, and what turns accounts into bots and back."""

    def __init__(self, users: Users, bots: BotAccounts, access: Access) -> None:
        self._users = users
        self._bots = bots
        self._access = access
        self._permissions = access.permissions

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.post(_ALL, self.create, status=201)
        router.get(_ALL, self.page)
        router.get(_ONE, self.get)
        router.put(_ONE, self.patch)
        router.post(_ONE + "/enable", self.enable)
        router.post(_ONE + "/disable", self.disable)
        router.post(_ONE + "/assign/{user_id}", self.assign)
        router.post(_ONE + "/convert_to_user", self.convert_to_user)
        router.post("/api/v4/users/{user_id}/convert_to_bot", self.convert_to_bot)

    def create(self, req: Request) -> Bot:
        """POST /bots."""
        body = req.read(BotPatch, name="bot")
        if not body.username:
            raise InvalidBodyParam("username")
        self._permissions.require(req.session, Permission.CREATE_BOT)
        return self._bots.create(body, req.user_id)

    def page(self, req: Request) -> list[Bot]:
        """GET /bots."""
        owner_id = ""
        if not self._permissions.has(req.session, Permission.READ_OTHERS_BOTS):
            self._permissions.require(req.session, Permission.READ_BOTS)
            owner_id = req.user_id
        deleted, orphaned = req.query_bool("include_deleted"), req.query_bool("only_orphaned")
        return self._bots.page(req.page(), owner_id=owner_id, deleted=deleted, orphaned=orphaned)

    def get(self, req: Request, bot_user_id: str) -> Bot:
        """GET /bots/{bot_user_id}."""
        bot = self._bots.get(bot_user_id)
        require_bot(self._permissions, bot, req.session, read=True)
        if bot.delete_at and not req.query_bool("include_deleted"):
            raise BotNotFound
        return bot

    def patch(self, req: Request, bot_user_id: str) -> Bot:
        """PUT /bots/{bot_user_id}."""
        body = req.read(BotPatch, name="bot")
        self._require(req, bot_user_id)
        return self._bots.patch(bot_user_id, body)

    def enable(self, req: Request, bot_user_id: str) -> Bot:
        """POST /bots/{bot_user_id}/enable."""
        self._require(req, bot_user_id)
        return self._bots.set_active(bot_user_id, True)

    def disable(self, req: Request, bot_user_id: str) -> Bot:
        """POST /bots/{bot_user_id}/disable."""
        self._require(req, bot_user_id)
        return self._bots.set_active(bot_user_id, False)

    def assign(self, req: Request, bot_user_id: str, user_id: str) -> Bot:
        """POST /bots/{bot_user_id}/assign/{user_id}."""
        self._require(req, bot_user_id)
        if self._users.get(user_id).is_bot is True:
            raise PermissionDenied(Permission.ASSIGN_BOT)
        self._permissions.require(req.session, Permission.ASSIGN_BOT)
        return self._bots.assign(bot_user_id, user_id)

    def convert_to_user(self, req: Request, bot_user_id: str) -> User:
        """POST /bots/{bot_user_id}/convert_to_user."""
        patch = req.read(UserPatch, name="userPatch")
        if not patch.password:
            raise InvalidBodyParam("password")
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        user = self._bots.make_person(bot_user_id, patch, admin=req.query_bool("set_system_admin"))
        return self._access.show(req.session, user)

    def convert_to_bot(self, req: Request, user_id: str) -> Bot:
        """POST /users/{user_id}/convert_to_bot."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return self._bots.make_bot(user_id)

    def _require(self, req: Request, bot_user_id: str) -> None:
        require_bot(self._permissions, self._bots.get(bot_user_id), req.session)
