"""The authorization code flow (RFC 6749 with RFC 7636 and RFC 9207), with OpenID Connect on top where there is any."""

import base64
import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote_plus

import msgspec
from oauthlib.common import add_params_to_uri
from oauthlib.oauth2 import MissingTokenError, OAuth2Error, WebApplicationClient

from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.single_sign_on import Arrival, Departure, Journey, SingleSignOn
from hubbub.plugins.auth_oauth.discovery import Discovery, Metadata, is_address
from hubbub.plugins.auth_oauth.errors import (
    CodeMissing,
    CodeRefused,
    Denied,
    MixedUp,
    ProfileInvalid,
    TokenInvalid,
)
from hubbub.plugins.auth_oauth.id_token import Refused, claims_of
from hubbub.plugins.auth_oauth.profiles import Unclear, from_api, from_claims
from hubbub.plugins.auth_oauth.providers import Provider, is_enabled, provider_of
from hubbub.plugins.auth_oauth.remote import Remote, failed, in_time, write_down

FORM = "application/x-www-form-urlencoded"


class Callback(msgspec.Struct, kw_only=True, frozen=True):
    """What a browser brings back: the query of the callback's address, and its cookie."""

    state: str
    code: str = ""
    error: str = ""
    issuer: str = ""
    bindings: tuple[str, ...] = ()


class OAuth:
    """Sends people to providers and takes them when they are back."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._sign_on = context.service(SingleSignOn)
        self._external = context.service(ExternalSignIn)
        self._discovery = Discovery(context)

    def is_enabled(self, service: str) -> bool:
        """Say whether people may sign in with a provider."""
        return is_enabled(self._context.config, service)

    def depart(self, journey: Journey) -> Departure:
        """Return where a browser goes. Raises `ServiceOff`, `ProviderFailed` and what `SingleSignOn.depart` does."""
        provider = provider_of(self._context.config, journey.provider)
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        ticket = self._sign_on.depart(msgspec.structs.replace(journey, kept={"verifier": verifier, "nonce": nonce}))
        client = WebApplicationClient(provider.client_id)
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": provider.redirect_uri,
            "state": ticket.state,
            "code_challenge": client.create_code_challenge(verifier, "S256"),
            "code_challenge_method": "S256",
        }
        if provider.scopes:
            asked["scope"] = " ".join(provider.scopes)
        if provider.discovery:
            asked["nonce"] = nonce
        location = add_params_to_uri(self._address(provider), asked)
        return Departure(location=location, binding=ticket.binding)

    def _address(self, provider: Provider) -> str:
        if provider.discovery:
            remote = Remote(self._context.outgoing, provider)
            found: Metadata = in_time(provider, lambda: self._discovery.metadata(provider, remote))
            return found.authorization_endpoint
        if not is_address(provider.auth, secure=False):
            raise failed(provider, f"{provider.section}.AuthEndpoint is no http address")
        return provider.auth

    def complete(self, service: str, callback: Callback, *, user_agent: str, ip_address: str) -> Arrival:
        """Return where somebody goes who is back. Raises the errors of errors.py, and what `SingleSignOn` does."""
        provider = provider_of(self._context.config, service)
        with self._external.noting(service, user_agent=user_agent, ip_address=ip_address):
            # SECURITY: first of all, so that nothing else of an address that somebody made up is looked at.
            journey = self._sign_on.come_back(service, callback.state, callback.bindings)
            if callback.error:
                raise Denied(name=provider.name, reason=callback.error)
            identity: ExternalIdentity = in_time(provider, lambda: self._identity(provider, callback, journey.kept))
        return self._sign_on.arrive(journey, identity, user_agent=user_agent, ip_address=ip_address)

    def _identity(self, provider: Provider, callback: Callback, kept: dict[str, str]) -> ExternalIdentity:
        remote = Remote(self._context.outgoing, provider)
        metadata = self._discovery.metadata(provider, remote) if provider.discovery else None
        _check_issuer(provider, metadata, callback.issuer)
        if not callback.code:
            raise CodeMissing(name=provider.name)
        tokens = _exchange(provider, metadata, remote, callback.code, kept["verifier"])
        try:
            if metadata is None:
                return from_api(provider, remote.get_object(provider.user_api, token=tokens["access_token"]))
            return self._from_id_token(provider, metadata, remote, tokens, kept["nonce"])
        except Unclear as error:
            write_down(provider, f"the profile can't be used: {error}")
            raise ProfileInvalid(name=provider.name) from None

    def _from_id_token(
        self, provider: Provider, metadata: Metadata, remote: Remote, tokens: dict[str, Any], nonce: str
    ) -> ExternalIdentity:
        def keys(kid: str | None) -> list[dict[str, Any]]:
            return self._discovery.keys(provider, remote, metadata.jwks_uri, kid)

        access = tokens["access_token"]
        try:
            token = str(tokens.get("id_token", ""))
            claims = claims_of(token, provider, metadata.issuer, keys, nonce=nonce, access=access)
        except Refused as error:
            write_down(provider, f"its ID token is refused: {error}")
            raise TokenInvalid(name=provider.name) from None
        if metadata.userinfo_endpoint and not _says_enough(provider, claims):
            claims = _with_userinfo(provider, claims, remote.get_object(metadata.userinfo_endpoint, token=access))
        return from_claims(provider, claims, metadata.issuer)


def _check_issuer(provider: Provider, metadata: Metadata | None, issuer: str) -> None:
    """SECURITY: an answer that says whose it is must be of the provider that was asked (RFC 9207)."""
    if metadata is None:
        return
    promised = metadata.authorization_response_iss_parameter_supported
    if (promised or issuer) and issuer != metadata.issuer and "{tenantid}" not in metadata.issuer:
        raise MixedUp(name=provider.name)


def _says_enough(provider: Provider, claims: dict[str, Any]) -> bool:
    named = claims.get("name") or claims.get("given_name")
    return bool(claims.get("email") and named and (claims.get("preferred_username") or not provider.preferred_username))


def _with_userinfo(provider: Provider, claims: dict[str, Any], userinfo: dict[str, Any]) -> dict[str, Any]:
    """SECURITY: the answer may be about somebody else; then it isn't used (OpenID Connect Core 1.0, section 5.3.2)."""
    if userinfo.get("sub") != claims["sub"]:
        write_down(provider, "its userinfo is about somebody else than its ID token")
        raise TokenInvalid(name=provider.name)
    return {**userinfo, **claims}


def _exchange(
    provider: Provider, metadata: Metadata | None, remote: Remote, code: str, verifier: str
) -> dict[str, Any]:
    """Return what the provider gives for a code: at least `access_token`, a text. Raises `CodeRefused`."""
    client = WebApplicationClient(provider.client_id)
    headers, secret = _client_authentication(provider, metadata)
    body = client.prepare_request_body(
        code=code,
        redirect_uri=provider.redirect_uri,
        code_verifier=verifier,
        include_client_id=not headers,
        **({"client_secret": secret} if secret else {}),
    )
    url = metadata.token_endpoint if metadata is not None else provider.token
    answer = remote.ask("POST", url, headers={"Content-Type": FORM, **headers}, body=body.encode())
    try:
        tokens: dict[str, Any] = client.parse_request_body_response(answer.body.decode())
    except MissingTokenError:
        raise failed(provider, f"the answer to a code has the status {answer.status} and no token") from None
    except OAuth2Error as error:
        write_down(provider, f"it refused a code with the status {answer.status}: {_named(error.error)}")
        raise CodeRefused(name=provider.name) from None
    except (ValueError, TypeError, AttributeError, Warning):
        raise failed(provider, f"the answer to a code has the status {answer.status} and can't be read") from None
    if answer.status != 200 or not _is_token(tokens["access_token"]):
        raise failed(provider, f"the answer to a code has the status {answer.status} and no token that can be sent")
    return tokens


def _is_token(value: Any) -> bool:
    """SECURITY: what can't be in a header (RFC 6750) would stand in the error about it, and so in the log."""
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isprintable()
        and 0 < len(value.replace(" ", "")) == len(value)
    )


def _named(error: Any) -> str:
    """Return an error's name as RFC 6749 has them, which is all that is safe to write down."""
    text = str(error or "")
    return text if text.replace("_", "").isalpha() and len(text) <= 64 else "something unnamed"


def _client_authentication(provider: Provider, metadata: Metadata | None) -> tuple[dict[str, str], str]:
    """Return headers, and the secret for the body: one of the two says who we are, none for a public client."""
    methods = metadata.token_endpoint_auth_methods_supported if metadata is not None else ["client_secret_post"]
    if not provider.secret or "client_secret_post" in (methods or ()):
        return {}, provider.secret
    pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, ""


class RedirectOffer:
    """One provider as `register_auth_providers` offers it (`RedirectProvider`)."""

    kind = "redirect"

    def __init__(self, id: str, oauth: OAuth) -> None:
        self.id = id
        self._oauth = oauth

    def authenticate(self, login_id: str, password: str) -> None:
        """Take no password."""

    def is_enabled(self) -> bool:
        """Say whether people may sign in by it."""
        return self._oauth.is_enabled(self.id)

    def depart(self, journey: Journey) -> Departure:
        """Return where a browser goes."""
        return self._oauth.depart(journey)


def offers(oauth: OAuth, services: Iterable[str]) -> list[RedirectOffer]:
    """Return one offer per provider."""
    return [RedirectOffer(service, oauth) for service in services]
