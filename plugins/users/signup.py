"""Who may create an account, and how."""

from typing import Any, Final

from msgspec import structs

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import PasswordService
from hubbub.core.contracts.errors import AppError, BadRequest, Forbidden, NotFound, NotImplementedYet
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.tokens import GUEST_INVITATION, TEAM_INVITATION, OneTimeTokenService, invitation_of
from hubbub.core.contracts.users import NewUser, User
from hubbub.plugins.users.directory import Directory
from hubbub.plugins.users.notices import Notices
from hubbub.plugins.users.service import Users
from hubbub.plugins.users.verification import Verification

INVITE_LENGTH: Final = 64


class NoOpenServer(Forbidden):
    id = "api.user.create_user.no_open_server"
    message = "This server is not open: ask for an invitation."


class SignUpDisabled(NotImplementedYet):
    id = "api.user.create_user.signup_email_disabled.app_error"
    message = "Creating accounts is turned off on this server."


class DomainRefused(BadRequest):
    id = "api.user.create_user.accepted_domain.app_error"
    message = "E-mail addresses of this domain can't have an account here."


class TeamDomainRefused(Forbidden):
    id = "api.team.invite_members.invalid_email.app_error"
    message = "E-mail addresses of this domain can't join the team."


class InvitationInvalid(BadRequest):
    id = "api.user.create_user.signup_link_invalid.app_error"
    message = "The invitation is not valid (any more)."


class InvitationExpired(BadRequest):
    id = "api.user.create_user.signup_link_expired.app_error"
    message = "The invitation is older than two days. Ask for a new one."


class GuestsOff(BadRequest):
    id = "api.user.create_user.guest_accounts.disabled.app_error"
    message = "Guest accounts are turned off on this server."


class InviteNotFound(NotFound):
    id = "app.team.get_by_invite_id.finding.app_error"
    message = "There is no team with this invitation."


class SignUp:
    """Creates accounts for the route and the command line."""

    def __init__(
        self,
        context: PluginContext,
        users: Users,
        passwords: PasswordService,
        directory: Directory,
        tokens: OneTimeTokenService,
        verification: Verification,
        notices: Notices,
    ) -> None:
        self._context = context
        self._tokens = tokens
        self._notices = notices
        self._verification = verification
        self._users = users
        self._passwords = passwords
        self._directory = directory

    def by_admin(self, new: NewUser) -> User:
        """Create an account as somebody who may, whatever the settings say about signing up."""
        return self._create(new)

    def by_invite(self, new: NewUser, invite_id: str) -> User:
        """Create an account with a team's invitation; the teams plugin lets it join (`user_has_been_created`)."""
        self._require_allowed()
        domains = self._directory.allowed_domains_of_invite(invite_id[:INVITE_LENGTH])
        if domains is None:
            raise InviteNotFound
        if not accepts(domains, new.email):
            raise TeamDomainRefused
        return self._create(new, invite_id=invite_id)

    def by_token(self, new: NewUser, token: str) -> User:
        """Create an account with an invitation by mail; the invitations plugin lets it join.

        Raises `InvitationInvalid`, `InvitationExpired`, `SignUpDisabled`, `GuestsOff`.
        """
        self._require_allowed()
        found = self._tokens.get(token, TEAM_INVITATION, GUEST_INVITATION)
        if found is None:
            raise InvitationInvalid
        if found.is_expired(now_ms()):
            raise InvitationExpired
        invitation = invitation_of(found)
        if invitation.guest and not self._context.config.GuestAccountsSettings.Enable:
            raise GuestsOff
        # SECURITY: the mail was read at this address, so that is the account's, whatever the form says.
        new = structs.replace(
            new, email=invitation.email, email_verified=True, roles="system_guest" if invitation.guest else ""
        )
        # Two at once can't both get this far: they'd have the same address. A name that is taken uses up nothing.
        user = self._create(new, invited=True)
        self._tokens.take(found)
        self._context.hooks.tell("user_has_accepted_invitation", user=user, invitation=invitation)
        return user

    def by_anybody(self, new: NewUser) -> User:
        """Create an account for somebody who isn't signed in; the very first one always."""
        if self._users.is_first():
            refusal: AppError | None = self._refusal()
            return self._create(new, unless_first=refusal)
        self._require_allowed()
        if not self._context.config.TeamSettings.EnableOpenServer:
            raise NoOpenServer
        return self._create(new)

    def _refusal(self) -> AppError | None:
        """Return why somebody may not sign up who turns out not to be the first."""
        if not self._is_allowed():
            return SignUpDisabled()
        return None if self._context.config.TeamSettings.EnableOpenServer else NoOpenServer()

    def _is_allowed(self) -> bool:
        config = self._context.config
        return bool(config.EmailSettings.EnableSignUpWithEmail and config.TeamSettings.EnableUserCreation)

    def _require_allowed(self) -> None:
        if not self._is_allowed():
            raise SignUpDisabled

    def _create(self, new: NewUser, *, invited: bool = False, **options: Any) -> User:
        if not invited and not accepts(self._context.config.TeamSettings.RestrictCreationToDomains, new.email):
            raise DomainRefused
        password_hash = ""
        if not new.auth_service:
            self._users.check_new(new)
            self._passwords.validate(new.password)
            password_hash = self._passwords.hash(new.password)
        user = self._users.create(new, password_hash=password_hash, **options)
        self._verification.ask_if_required(user)
        self._notices.created(user, welcome=not new.disable_welcome_email)
        return user


def accepts(domains: str, email: str) -> bool:
    """Say whether the address is of one of the domains, separated by commas or spaces; none named accepts all."""
    allowed = [domain.strip().lstrip("@").lower() for domain in domains.replace(",", " ").split()]
    return not allowed or any(email.strip().lower().endswith(f"@{domain}") for domain in allowed if domain)
