"""The journey to a provider of identities and back: `SingleSignOn`.

While somebody is away, a row of the table `tokens` remembers what for. SECURITY: it is found by the `state` that the
provider hands back, and used up by that; it holds a hash of what the cookie of the browser that left must hold, so that
nobody can finish in another's browser what they began in their own (login CSRF), and nobody twice.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from typing import Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.errors import InvalidUrlParam
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.single_sign_on import (
    MOBILE,
    SWITCH,
    Arrival,
    InvitationForAnother,
    InvitationRefused,
    Journey,
    StateInvalid,
    Ticket,
)
from hubbub.core.contracts.teams import TeamInvitations
from hubbub.core.contracts.tokens import (
    GUEST_INVITATION,
    SIGN_ON_STATE,
    SSO_CODE,
    TEAM_INVITATION,
    Invitation,
    OneTimeToken,
    OneTimeTokenService,
    invitation_of,
)
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.plugins.sessions.addresses import app_address, below, own_address, with_query
from hubbub.plugins.sessions.desktop import DesktopTokens
from hubbub.plugins.sessions.notices import TellSwitched

MAXIMUM: Final = 1_900
SWITCHED: Final = "/login?extra=signin_change"
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43,128}").fullmatch
_DESKTOP: Final = re.compile(r"[A-Za-z0-9_.~-]{16,128}").fullmatch


class SingleSignOns:
    """`SingleSignOn`."""

    def __init__(
        self,
        context: PluginContext,
        users: UserService,
        external: ExternalSignIn,
        tokens: OneTimeTokenService,
        invitations: TeamInvitations,
        desktop: DesktopTokens,
        tell_switched: TellSwitched,
    ) -> None:
        self._context = context
        self._users = users
        self._external = external
        self._tokens = tokens
        self._invitations = invitations
        self._desktop = desktop
        self._tell_switched = tell_switched

    # -- leaving

    def depart(self, journey: Journey) -> Ticket:
        """Check what a journey is for and remember it."""
        encoded = msgspec.json.encode(self._checked(journey)).decode()
        if len(encoded) > MAXIMUM:
            raise InvalidUrlParam("redirect_to")
        binding = secrets.token_urlsafe(32)
        state = self._tokens.create(SIGN_ON_STATE, {"journey": encoded, "binding": _hashed(binding)})
        return Ticket(state=state, binding=binding)

    def _checked(self, journey: Journey) -> Journey:
        config = self._context.config
        if journey.purpose == MOBILE:
            schemes = config.NativeAppSettings.AppCustomURLSchemes
            redirect_to = app_address(journey.redirect_to, schemes)
        else:
            redirect_to = own_address(journey.redirect_to, config.ServiceSettings.SiteURL)
        if journey.desktop_token and not _DESKTOP(journey.desktop_token):
            raise InvalidUrlParam("desktop_token")
        if journey.challenge and not _CHALLENGE(journey.challenge):
            raise InvalidUrlParam("code_challenge")
        if journey.invite_token:
            self._invitation(journey.invite_token)
        elif journey.invite_id:
            self._invitations.check(journey.invite_id)
        return msgspec.structs.replace(journey, redirect_to=redirect_to)

    def _invitation(self, token: str) -> OneTimeToken:
        found = self._tokens.get(token, TEAM_INVITATION, GUEST_INVITATION)
        if found is None or found.is_expired(now_ms()):
            raise InvitationRefused
        return found

    # -- coming back

    def come_back(self, provider: str, state: str, bindings: Iterable[str]) -> Journey:
        """Return the journey of a state, once."""
        found = self._tokens.get(state, SIGN_ON_STATE) if state else None
        if found is None:
            raise StateInvalid
        wanted = found.extra.get("binding", "")
        # SECURITY: a state that leaked is no use in another browser, and isn't used up from there either.
        if not any(hmac.compare_digest(_hashed(binding), wanted) for binding in bindings):
            raise StateInvalid
        journey = msgspec.json.decode(found.extra.get("journey", ""), type=Journey)
        if not self._tokens.take(found) or found.is_expired(now_ms()) or journey.provider != provider:
            raise StateInvalid
        return journey

    def arrive(
        self, journey: Journey, identity: ExternalIdentity, *, user_agent: str = "", ip_address: str = ""
    ) -> Arrival:
        """Do what the journey was for."""
        with self._external.noting(journey.provider, user_agent=user_agent, ip_address=ip_address):
            arrival = self._without_session(journey, identity)
        if arrival is not None:
            return arrival
        mobile = journey.purpose == MOBILE
        session = self._external.sign_in(identity, user_agent=user_agent, ip_address=ip_address, mobile=mobile)
        if mobile:
            values = {"MMAUTHTOKEN": session.token, "MMCSRF": session.csrf_token}
            return Arrival(location=with_query(journey.redirect_to, values), user_id=session.user_id, in_app=True)
        return Arrival(location=self._own(journey.redirect_to), user_id=session.user_id, session=session)

    def _without_session(self, journey: Journey, identity: ExternalIdentity) -> Arrival | None:
        """Have somebody join what they are invited to; return where they arrive without a session, None otherwise."""
        if journey.purpose == SWITCH:
            return self._switch(journey, identity)
        if journey.invite_token or journey.invite_id:
            self._join(journey, identity)
        if journey.desktop_token:
            return self._to_desktop(journey, self._external.account_of(identity))
        if journey.purpose == MOBILE and self._exchanges(journey):
            return self._to_exchange(journey, self._external.account_of(identity))
        return None

    def _own(self, path: str) -> str:
        return below(path, self._context.config.ServiceSettings.SiteURL)

    def _to_desktop(self, journey: Journey, user: User) -> Arrival:
        """The page passes both halves on to the app; only the app that began knows that the first is its own."""
        halves = {"client_token": journey.desktop_token, "server_token": self._desktop.create(user.id)}
        if journey.redirect_to:
            halves["redirect_to"] = journey.redirect_to
        return Arrival(location=with_query(self._own("/login/desktop"), halves), user_id=user.id)

    def _exchanges(self, journey: Journey) -> bool:
        return bool(journey.challenge and self._context.config.FeatureFlags.MobileSSOCodeExchange)

    def _to_exchange(self, journey: Journey, user: User) -> Arrival:
        """The app gets a code that is worth nothing without the verifier that it has kept."""
        extra = {"user_id": user.id, "challenge": journey.challenge, "state": journey.app_state}
        code = self._tokens.create(SSO_CODE, extra)
        return Arrival(location=with_query(journey.redirect_to, {"login_code": code}), user_id=user.id, in_app=True)

    # -- invitations

    def _join(self, journey: Journey, identity: ExternalIdentity) -> None:
        """Find or make the account, and have it join what it was invited to."""
        known = self._users.get_by_auth(identity.provider, identity.subject)
        if not journey.invite_token:
            user = self._external.account_of(identity)
            self._invitations.join(journey.invite_id, user.id)
            return
        token = self._invitation(journey.invite_token)
        invitation = invitation_of(token)
        self._require_invited(invitation, identity, known)
        if known is None and invitation.guest:
            identity.is_guest = True
        user = self._external.account_of(identity)
        if not self._tokens.take(token):
            raise InvitationRefused
        self._context.hooks.tell("user_has_accepted_invitation", user=user, invitation=invitation)

    def _require_invited(self, invitation: Invitation, identity: ExternalIdentity, known: User | None) -> None:
        # SECURITY: the mail went to one address; somebody else who has seen it must not come in by it.
        email = known.email if known is not None else identity.email if identity.email_verified else ""
        if email.strip().lower() != invitation.email.lower():
            raise InvitationForAnother(provider=identity.provider)
        if known is not None and known.is_guest != invitation.guest:
            raise InvitationRefused

    # -- another way to sign in

    def _switch(self, journey: Journey, identity: ExternalIdentity) -> Arrival:
        """Have the account that left with its password sign in by the provider from now on."""
        try:
            user = self._users.get(journey.user_id)
        except UserNotFound:
            raise StateInvalid from None
        if user.auth_service or user.delete_at:
            raise StateInvalid
        self._external.attach(user.id, identity)
        self._tell_switched(user, identity.provider)
        return Arrival(location=self._own(SWITCHED), user_id=user.id)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
