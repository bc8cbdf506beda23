"""Routes of one account: sign-up, reading, changing the profile."""

from typing import Any, Final

from msgspec import structs

from hubbub.core.contracts.auth import PasswordService
from hubbub.core.contracts.errors import Conflict, Forbidden, InvalidBodyParam, InvalidUrlParam, Unauthorized
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import NewUser, User, UserNotFound, UserPatch
from hubbub.core.http.cookies import set_session_cookies
from hubbub.core.http.reply import Reply
from hubbub.core.http.request import Request
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.elsewhere import Elsewhere
from hubbub.plugins.users.service import COLUMN_OF, Users
from hubbub.plugins.users.signup import SignUp
from hubbub.plugins.users.terms import Terms
from hubbub.plugins.users.validation import is_valid_email, is_valid_username
from hubbub.plugins.users.verification import Verification


class WrongPassword(Unauthorized):
    id = "api.user.check_user_password.invalid.app_error"
    message = "The password is wrong."


class TooManyAttempts(Unauthorized):
    id = "api.user.check_user_login_attempts.too_many.app_error"
    message = "This account is locked because of too many failed attempts. Please reset the password."


class AddressElsewhere(Conflict):
    id = "api.user.update_user.login_provider_attribute_set.app_error"
    message = "The e-mail address of this account comes from {service}: change it there."


class FullUser(UserPatch, kw_only=True):
    """The body of PUT /users/{user_id}: every field of the profile; what is missing becomes empty."""

    id: str


EMPTY: Final[dict[str, Any]] = {"nickname": "", "first_name": "", "last_name": "", "position": ""}


class UserRoutes:
    """Handlers of /users and /users/{user_id}."""

    def __init__(
        self,
        context: PluginContext,
        users: Users,
        access: Access,
        sign_up: SignUp,
        passwords: PasswordService,
        verification: Verification,
        terms: Terms,
    ) -> None:
        self._terms = terms
        self._elsewhere = Elsewhere(context)
        self._verification = verification
        self._context = context
        self._users = users
        self._access = access
        self._sign_up = sign_up
        self._passwords = passwords

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.post("/api/v4/users", self.create_user, auth="optional", status=201)
        router.get("/api/v4/users/{user_id}", self.get_user)
        router.get("/api/v4/users/username/{username}", self.get_user_by_username)
        router.get("/api/v4/users/email/{email}", self.get_user_by_email)
        router.put("/api/v4/users/{user_id}", self.update_user)
        router.put("/api/v4/users/{user_id}/patch", self.patch_user)

    def create_user(self, req: Request) -> User:
        """Sign up, or create an account for somebody else as an administrator."""
        new = req.read(NewUser, name="user")
        session = req.session_or_none
        is_admin = session is not None and self._access.permissions.has(session, Permission.MANAGE_SYSTEM)
        # SECURITY: nobody gives themselves roles, a confirmed address or an identity elsewhere.
        allowed: dict[str, Any] = {"roles": "", "email_verified": False}
        if not is_admin:
            allowed |= {"auth_service": "", "auth_data": ""}
        new = structs.replace(new, **allowed)
        token, invite = req.query("t"), req.query("iid")
        if token:
            user = self._sign_up.by_token(new, token)
        elif invite:
            user = self._sign_up.by_invite(new, invite)
        elif is_admin:
            user = self._sign_up.by_admin(new)
        else:
            user = self._sign_up.by_anybody(new)
        return self._users.sanitize(user, viewer_id=user.id)

    def get_user(self, req: Request, user_id: str) -> Reply:
        """Return an account."""
        self._access.require_visible(req.session, user_id)
        user = self._users.get(user_id)
        if user_id != req.user_id:
            return self._access.reply(req.session, user)
        reply = self._access.reply(req.session, self._terms.with_accepted(user))
        if req.token_in_cookie and req.is_ajax:
            # A page that begins asks who it is: activity prolongs its session, and so its cookies.
            set_session_cookies(reply, req.session, req, self._context.config)
        return reply

    def get_user_by_username(self, req: Request, username: str) -> Reply:
        """Return the account of a user name."""
        if not is_valid_username(username.lower()):
            raise InvalidUrlParam("username")
        try:
            user = self._users.get_by_username(username)
        except UserNotFound:
            self._hide_missing(req)
            raise
        self._access.require_visible(req.session, user.id)
        return self._access.reply(req.session, user)

    def get_user_by_email(self, req: Request, email: str) -> Reply:
        """Return the account of an e-mail address, where addresses are shown."""
        if not is_valid_email(email.lower()):
            raise InvalidUrlParam("email")
        if not self._context.config.PrivacySettings.ShowEmailAddress and not self._access.sees_all_of(req.session):
            raise Forbidden(
                "E-mail addresses are not shown on this server.",
                id="api.user.get_user_by_email.permissions.app_error",
            )
        try:
            user = self._users.get_by_email(email)
        except UserNotFound:
            self._hide_missing(req)
            raise
        self._access.require_visible(req.session, user.id)
        return self._access.reply(req.session, user)

    def _hide_missing(self, req: Request) -> None:
        """Raise what a guest would get for somebody they can't see: they must not learn who exists."""
        if self._access.restricted_to(req.session):
            raise Forbidden(detailed_error=f"permission={Permission.VIEW_MEMBERS}")

    def update_user(self, req: Request, user_id: str) -> User:
        """Replace the profile."""
        body = req.read(FullUser, name="user")
        if body.id != user_id:
            raise InvalidUrlParam("user_id")
        if body.username is None:
            raise InvalidBodyParam("username")
        if body.email is None:
            raise InvalidBodyParam("email")
        given = {name: getattr(body, name) for name in (*COLUMN_OF, "password")}
        given |= {name: value for name, value in EMPTY.items() if given[name] is None}
        return self._patch(req, user_id, UserPatch(**given), replaces=True)

    def patch_user(self, req: Request, user_id: str) -> User:
        """Change some fields of the profile."""
        return self._patch(req, user_id, req.read(UserPatch, name="user"))

    def _patch(self, req: Request, user_id: str, patch: UserPatch, *, replaces: bool = False) -> User:
        session = req.session
        self._access.permissions.require_user(session, user_id)
        old = self._users.get(user_id)
        self._elsewhere.require_own(old, patch, replaces=replaces)
        if patch.email is not None and patch.email.strip().lower() != old.email:
            self._check_email_change(session.user_id, old, patch)
        user = self._users.patch(user_id, patch)
        if user.email != old.email:
            self._verification.ask_if_required(user)
        return self._access.show(session, user)

    def _check_email_change(self, actor_id: str, old: User, patch: UserPatch) -> None:
        """Raise unless the address may be changed: one's own only with the password."""
        if old.auth_service:
            raise AddressElsewhere(service=old.auth_service)
        if actor_id != old.id:
            return
        if not patch.password:
            raise InvalidBodyParam("password")
        account = self._users.credentials_of(old.id)
        if account.failed_attempts >= self._context.config.ServiceSettings.MaximumLoginAttempts:
            raise TooManyAttempts
        if not self._passwords.verify(patch.password, account.password_hash):
            self._users.record_failed_login(old.id)
            raise WrongPassword
