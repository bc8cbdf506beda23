"""What the OAuth provider stores and answers."""

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

CODE_S: Final = 600
"""Seconds that an authorization code is good for (RFC 6749, section 4.1.2: at most ten minutes)."""
USED: Final = -1
SCOPE: Final = "user"
"""The one scope there is: everything that the account may do, within what OAuth sessions may."""


class OAuthApp(msgspec.Struct, kw_only=True):
    """An application that people can be signed in to. Times in ms; an empty `client_secret`: a public client."""

    id: str
    creator_id: str = ""
    create_at: int = 0
    update_at: int = 0
    client_secret: str = ""
    name: str = ""
    description: str = ""
    icon_url: str = ""
    callback_urls: list[str] = msgspec.field(default_factory=list)
    homepage: str = ""
    is_trusted: bool = False
    mattermost_app_id: str = ""
    is_dynamically_registered: bool | UnsetType = UNSET

    @property
    def is_public(self) -> bool:
        """Say whether it runs where it can't keep a secret: in a browser, on a phone."""
        return not self.client_secret


class AppRequest(msgspec.Struct, kw_only=True):
    """What an application is made of."""

    id: str = ""
    name: str = ""
    description: str = ""
    icon_url: str = ""
    callback_urls: list[str] = msgspec.field(default_factory=list)
    homepage: str = ""
    is_trusted: bool = False
    is_public: bool = False
    mattermost_app_id: str = ""


class AuthorizeRequest(msgspec.Struct, kw_only=True):
    """What an application asks for, by way of somebody's browser (RFC 6749, section 4.1.1; RFC 7636)."""

    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    resource: str = ""


class AuthData(msgspec.Struct, kw_only=True):
    """An authorization code and what it was given for."""

    code: str
    client_id: str
    user_id: str
    expires_in: int
    create_at: int
    redirect_uri: str = ""
    state: str = ""
    scope: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    resource: str = ""

    def is_expired(self, now: int) -> bool:
        """Say whether its ten minutes are over at `now` (ms)."""
        return now > self.create_at + self.expires_in * 1000


class AccessData(msgspec.Struct, kw_only=True):
    """The tokens of an application for an account. `expires_at` in ms."""

    token: str
    refresh_token: str
    redirect_uri: str
    client_id: str
    user_id: str
    expires_at: int
    scope: str = ""
    audience: str = ""


class AccessResponse(msgspec.Struct, kw_only=True):
    """The answer with tokens (RFC 6749, section 5.1); `expires_in` in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    refresh_token: str
    id_token: str = ""
    audience: str | UnsetType = UNSET


class TokenRequest(msgspec.Struct, kw_only=True):
    """What is sent to the token endpoint."""

    grant_type: str = ""
    code: str = ""
    redirect_uri: str = ""
    client_id: str = ""
    client_secret: str = ""
    code_verifier: str = ""
    refresh_token: str = ""
    resource: str = ""


class RegistrationRequest(msgspec.Struct, kw_only=True):
    """What a client registers itself with (RFC 7591, section 2)."""

    redirect_uris: list[str] = msgspec.field(default_factory=list)
    token_endpoint_auth_method: str = "client_secret_post"
    client_name: str = ""
    client_uri: str = ""


class RegistrationResponse(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a client is registered as (RFC 7591, section 3.2.1)."""

    client_id: str
    redirect_uris: list[str]
    token_endpoint_auth_method: str
    grant_types: list[str]
    response_types: list[str]
    client_secret: str = ""
    scope: str = ""
    client_name: str = ""
    client_uri: str = ""
