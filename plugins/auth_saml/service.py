"""Signing in: a journey to the identity provider and back."""

from collections.abc import Iterable
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.saml import SamlAssertion
from hubbub.core.contracts.single_sign_on import Arrival, Departure, Journey, SingleSignOn
from hubbub.core.contracts.users import UserService
from hubbub.plugins.auth_saml import assertion as assertions
from hubbub.plugins.auth_saml import request
from hubbub.plugins.auth_saml.configured import Configured
from hubbub.plugins.auth_saml.errors import AssertionUsed, NoResponse, ProviderRefused, ResponseRefused
from hubbub.plugins.auth_saml.identity import PROVIDER, identity_of
from hubbub.plugins.auth_saml.parties import Parties
from hubbub.plugins.auth_saml.store import AssertionStore
from hubbub.plugins.auth_saml.threads import in_thread

_REQUEST: Final = "request"


class SamlSignIn:
    """`RedirectProvider`; `complete` takes what the identity provider sends back."""

    id = PROVIDER
    kind = "redirect"

    def __init__(
        self,
        context: PluginContext,
        configured: Configured,
        users: UserService,
        single_sign_on: SingleSignOn,
        external: ExternalSignIn,
        store: AssertionStore,
    ) -> None:
        self._context = context
        self._configured = configured
        self._users = users
        self._single_sign_on = single_sign_on
        self._external = external
        self._store = store

    def authenticate(self, login_id: str, password: str) -> ExternalIdentity | None:
        """Return None: nobody signs in here with a password."""
        return None

    def is_enabled(self) -> bool:
        """Say whether people can sign in by SAML now."""
        return self._configured.is_enabled()

    def depart(self, journey: Journey) -> Departure:
        """Return where the browser goes. Raises `SamlOff`, `SamlNotAvailable`, `SamlNotSetUp`, what `depart` raises."""
        parties = self._configured.for_sign_in()
        made = in_thread(self._context.tasks, request.make, parties)
        journey.kept[_REQUEST] = made.id
        ticket = self._single_sign_on.depart(journey)
        location = in_thread(self._context.tasks, request.address, made, ticket.state, parties)
        return Departure(location=location, binding=ticket.binding, cross_site=True)

    def is_unsolicited(self, response: str, bindings: Iterable[str]) -> bool:
        """Say whether an answer came to a browser that asked for none: the person began at the identity provider.

        SECURITY: such an answer is never used, as anybody could send it to anybody. The browser is sent to ask for one.
        """
        self._configured.for_sign_in()
        if not response or any(bindings):
            return False
        return in_thread(self._context.tasks, assertions.is_unsolicited, response)

    def complete(
        self, response: str, state: str, bindings: Iterable[str], *, user_agent: str = "", ip_address: str = ""
    ) -> Arrival:
        """Return where somebody goes whom the identity provider has signed in.

        Raises `StateInvalid`, `NoResponse`, `ResponseTooLong`, `ProviderRefused`, `ResponseRefused`, `AssertionUsed`,
        and what `SingleSignOn.arrive` does.
        """
        parties = self._configured.for_sign_in()
        with self._external.noting(PROVIDER, user_agent=user_agent, ip_address=ip_address):
            journey, assertion = self._accepted(parties, response, state, bindings, ip_address)
            identity = self._identity(assertion)
        arrival = self._single_sign_on.arrive(journey, identity, user_agent=user_agent, ip_address=ip_address)
        self._context.hooks.tell("on_saml_login", user=self._users.get(arrival.user_id), assertion=assertion)
        return arrival

    def _accepted(
        self, parties: Parties, response: str, state: str, bindings: Iterable[str], ip_address: str
    ) -> tuple[Journey, SamlAssertion]:
        """Return what the journey was for, and what the identity provider says of who made it."""
        if not response:
            raise NoResponse
        journey = self._single_sign_on.come_back(PROVIDER, state, bindings)
        request_id = journey.kept.get(_REQUEST, "")
        try:
            accepted = in_thread(self._context.tasks, assertions.accept, response, parties, request_id)
        except (ResponseRefused, ProviderRefused) as error:
            self._log_refusal(ip_address, error.detailed_error or error.text)
            raise
        assertion = accepted.assertion
        if not self._store.use(assertion.issuer, assertion.id, accepted.expires_at):
            self._log_refusal(ip_address, "the assertion was used before")
            raise AssertionUsed
        return journey, assertion

    def _log_refusal(self, ip_address: str, reason: str) -> None:
        # SECURITY: the reason may repeat words of an answer that anybody made up.
        self._context.log.warning("SAML sign-in from %s refused: %s", ip_address, ascii(reason)[1:-1])

    def _identity(self, assertion: SamlAssertion) -> ExternalIdentity:
        settings = self._configured.settings
        identity = identity_of(assertion, settings)
        if settings.IdAttribute and identity.subject and identity.email:
            self._take_over_address(identity)
        elif not settings.IdAttribute:
            # An existing database may hold the address as the provider wrote it then.
            written = next(iter(assertion.attributes.get(settings.EmailAttribute, ())), "")
            if self._users.get_by_auth(PROVIDER, identity.subject) is None and written != identity.subject:
                known = self._users.get_by_auth(PROVIDER, written)
                identity.subject = written if known is not None else identity.subject
        return identity

    def _take_over_address(self, identity: ExternalIdentity) -> None:
        """Bind an account that was bound by its address to the IdAttribute that is set since.

        SECURITY: only accounts of this provider, and by what it was bound by: never by what the profile says now.
        """
        if self._users.get_by_auth(PROVIDER, identity.subject) is None:
            known = self._users.get_by_auth(PROVIDER, identity.email)
            if known is not None:
                self._users.set_auth(known.id, PROVIDER, identity.subject)

    def forget_expired(self) -> None:
        """Forget assertions whose time is over."""
        self._store.delete_expired(now_ms())
