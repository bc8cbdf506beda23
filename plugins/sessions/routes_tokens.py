"""Routes of personal access tokens."""

from typing import Any

from hubbub.core.contracts.bots import BotService, require_account
from hubbub.core.contracts.errors import Forbidden, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.sessions import Session
from hubbub.core.http.reply import OK
from hubbub.core.http.request import Request
from hubbub.core.ids import is_valid_id
from hubbub.plugins.sessions.lifetime import is_access_token
from hubbub.plugins.sessions.tokens import AccessTokens
from hubbub.plugins.sessions.tokens_store import AccessToken


class TokenRoutes:
    """Handlers of /users/tokens and /users/{user_id}/tokens."""

    def __init__(self, tokens: AccessTokens, permissions: PermissionService, bots: BotService) -> None:
        self._tokens = tokens
        self._permissions = permissions
        self._bots = bots

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.post("/api/v4/users/{user_id}/tokens", self.create_token)
        router.get("/api/v4/users/{user_id}/tokens", self.get_tokens_of_user)
        router.get("/api/v4/users/tokens", self.get_tokens)
        router.get("/api/v4/users/tokens/{token_id}", self.get_token)
        router.post("/api/v4/users/tokens/search", self.search_tokens)
        router.post("/api/v4/users/tokens/revoke", self.revoke_token)
        router.post("/api/v4/users/tokens/disable", self.disable_token)
        router.post("/api/v4/users/tokens/enable", self.enable_token)

    def create_token(self, req: Request, user_id: str) -> AccessToken:
        """Create a token; the answer alone holds it."""
        session = req.session
        if session.is_oauth or (is_access_token(session) and session.user_id != user_id):
            raise Forbidden(detailed_error="sessions of this kind can't create tokens")
        self._permissions.require(session, Permission.CREATE_USER_ACCESS_TOKEN)
        require_account(self._permissions, self._bots, session, user_id)
        description = req.read_map().get("description", "").strip()
        if not description:
            raise InvalidBodyParam("description")
        return self._tokens.create(user_id, description)

    def get_tokens_of_user(self, req: Request, user_id: str) -> list[AccessToken]:
        """List a user's tokens."""
        self._permissions.require(req.session, Permission.READ_USER_ACCESS_TOKEN)
        require_account(self._permissions, self._bots, req.session, user_id)
        return self._tokens.of_user(user_id, req.page())

    def get_tokens(self, req: Request) -> list[AccessToken]:
        """List everybody's tokens, for administrators."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return self._tokens.all(req.page())

    def get_token(self, req: Request, token_id: str) -> AccessToken:
        """Return a token."""
        self._permissions.require(req.session, Permission.READ_USER_ACCESS_TOKEN)
        record = self._tokens.get(token_id)
        require_account(self._permissions, self._bots, req.session, record.user_id)
        return record

    def search_tokens(self, req: Request) -> list[AccessToken]:
        """Find tokens by their owner, for administrators."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        term = req.read_map().get("term", "")
        if not term:
            raise InvalidBodyParam("term")
        return self._tokens.search(term)

    def revoke_token(self, req: Request) -> dict[str, str]:
        """Delete a token."""
        self._tokens.revoke(self._named(req, req.session, Permission.REVOKE_USER_ACCESS_TOKEN))
        return OK

    def disable_token(self, req: Request) -> dict[str, str]:
        """Turn a token off."""
        self._tokens.set_active(self._named(req, req.session, Permission.REVOKE_USER_ACCESS_TOKEN), False)
        return OK

    def enable_token(self, req: Request) -> dict[str, str]:
        """Turn a token on again."""
        self._tokens.set_active(self._named(req, req.session, Permission.CREATE_USER_ACCESS_TOKEN), True)
        return OK

    def _named(self, req: Request, session: Session, permission: str) -> str:
        """Return the id of the token in the body, if the session may do this to it."""
        token_id = req.read_map().get("token_id", "")
        if not is_valid_id(token_id):
            raise InvalidBodyParam("token_id")
        self._permissions.require(session, permission)
        require_account(self._permissions, self._bots, session, self._tokens.get(token_id).user_id)
        return token_id
