"""Signing in by way of another site: what is kept while somebody is away there, and where they go when they are back.

OAuth and SAML differ in what is said to the other site. Everything else is here once, so that it is checked once:
addresses to go back to, the binding to the browser that left, one use per journey, mobile and desktop apps,
invitations, accounts that change their way of signing in.
"""

from collections.abc import Iterable
from typing import Final, Protocol

import msgspec

from hubbub.core.contracts.auth import ExternalIdentity
from hubbub.core.contracts.errors import BadRequest, Forbidden
from hubbub.core.contracts.sessions import Session

LOGIN: Final = "login"
SIGNUP: Final = "signup"
MOBILE: Final = "mobile"
SWITCH: Final = "email_to_sso"
"""A signed-in way of saying it doesn't exist: the account with `user_id` signs in by this provider from now on."""


class Journey(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Somebody on the way to a provider and back. Kept in one row, with at most 1,900 bytes of JSON.

    `redirect_to` is where they wanted to go: an address of ours, or of a mobile app. `desktop_token` is the desktop
    app's half of a secret, `challenge` and `app_state` are the mobile app's (RFC 7636, S256). `invite_id` (a team's
    link) and `invite_token` (a mail) are invitations. `kept` is the provider's own: a nonce, a PKCE verifier.
    """

    provider: str
    purpose: str = LOGIN
    redirect_to: str = ""
    desktop_token: str = ""
    challenge: str = ""
    app_state: str = ""
    invite_id: str = ""
    invite_token: str = ""
    user_id: str = ""
    kept: dict[str, str] = msgspec.field(default_factory=dict)


class Ticket(msgspec.Struct, kw_only=True, frozen=True):
    """`state` goes to the provider and comes back by the address bar, `binding` into a cookie of the browser."""

    state: str
    binding: str


class Departure(msgspec.Struct, kw_only=True, frozen=True):
    """Where the browser goes now, with the cookie that it needs when it is back.

    `cross_site`: it comes back by a form that the provider's page posts, to which browsers add few cookies.
    """

    location: str
    binding: str
    cross_site: bool = False


class Arrival(msgspec.Struct, kw_only=True, frozen=True):
    """Where somebody (`user_id`) who is back goes now.

    `session` is for the browser's cookies, None when somebody else gets it: an app, whose address `location` is then
    (`in_app`), or nobody, because they have to sign in anew.
    """

    location: str
    user_id: str
    session: Session | None = None
    in_app: bool = False


class StateInvalid(BadRequest):
    """It is unknown, used, too old, of another provider, or it left from another browser."""

    id = "api.user.authorize_oauth_user.invalid_state.app_error"
    message = (
        "This sign-in didn't begin in this browser, was finished already, or took longer than ten minutes."
        " Please begin again at the sign-in page."
    )


class RedirectRefused(BadRequest):
    id = "api.invalid_redirect_url"
    message = "The parameter redirect_to must be an address of this site."


class SchemeRefused(BadRequest):
    id = "api.invalid_custom_url_scheme"
    message = (
        "The parameter redirect_to must be an address of an app whose scheme is listed in"
        " NativeAppSettings.AppCustomURLSchemes."
    )


class InvitationRefused(BadRequest):
    id = "api.oauth.singup_with_oauth.invalid_link.app_error"
    message = "The invitation is not valid (any more)."


class InvitationForAnother(Forbidden):
    id = "api.user.create_user.signup_link_invalid.app_error"
    message = "The invitation was sent to another address than {provider} says is yours. Ask for one to that address."


class RedirectProvider(Protocol):
    """A way to sign in that leads over another site (`AuthProvider` of the kind "redirect")."""

    id: str
    kind: str

    def authenticate(self, login_id: str, password: str) -> ExternalIdentity | None:
        """Return None: no password is of this provider's business."""

    def is_enabled(self) -> bool:
        """Say whether people can sign in by it now."""

    def depart(self, journey: Journey) -> Departure:
        """Return where a browser goes for this journey; calls `SingleSignOn.depart`. Raises what that does."""


class SingleSignOn(Protocol):
    """The journey to a provider of identities and back."""

    def depart(self, journey: Journey) -> Ticket:
        """Check what a journey is for and remember it for ten minutes. Two queries at most.

        Raises `RedirectRefused`, `SchemeRefused`, `InvitationRefused`, `BadRequest` (too long, a wrong challenge).
        """

    def come_back(self, provider: str, state: str, bindings: Iterable[str]) -> Journey:
        """Return the journey of a state, once; `bindings` are what the browser's cookie holds. Two statements.

        Raises `StateInvalid`.
        """

    def arrive(
        self, journey: Journey, identity: ExternalIdentity, *, user_agent: str = "", ip_address: str = ""
    ) -> Arrival:
        """Do what the journey was for, now that the provider has said who somebody is.

        Raises what `ExternalSignIn.sign_in` and `attach` do, `InvitationRefused`, `InvitationForAnother`.
        """
