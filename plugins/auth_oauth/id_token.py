"""ID tokens: whose signature counts, and what must be in them (OpenID Connect Core 1.0, section 3.1.3.7)."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Final

import jwt

from hubbub.plugins.auth_oauth.providers import Provider

FAMILIES: Final = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "EC", "ES384": "EC", "ES512": "EC", "EdDSA": "OKP",
}  # fmt: skip
"""SECURITY: the algorithms that count, and the kind of key each takes. `none` isn't one, nor is any HS…: the secret of
those would be a public key, or one that an administrator has typed.
"""
LEEWAY_S: Final = 60
MAX_LENGTH: Final = 65_536
TENANT: Final = "{tenantid}"
_REQUIRED: Final = ["iss", "sub", "aud", "exp", "iat"]
Keys = Callable[[str | None], list[dict[str, Any]]]


class Refused(Exception):
    """An ID token doesn't count; the text says why, and nothing of what is in it."""


def claims_of(token: str, provider: Provider, issuer: str, keys: Keys, *, nonce: str, access: str) -> dict[str, Any]:
    """Return what an ID token says, if it says it to us, now, for this sign-in. Raises `Refused`.

    `keys(kid)` returns the issuer's keys; `access` is the access token that came with it.
    """
    if not token or len(token) > MAX_LENGTH:
        raise Refused("there is none, or it is too long")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = str(header.get("alg", ""))
        if algorithm not in FAMILIES:
            raise Refused(f"its algorithm {algorithm[:16]!r} is not accepted")
        claims = _verified(token, algorithm, keys(header.get("kid")), provider)
    except jwt.PyJWTError as error:
        raise Refused(str(error)) from None
    _check_issuer(claims, issuer, provider)
    _check_party(claims, provider)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode("utf-8", "replace"), nonce.encode()):
        raise Refused("its nonce is of another sign-in")
    _check_hash(claims.get("at_hash"), access, algorithm)
    return claims


def _verified(token: str, algorithm: str, keys: list[dict[str, Any]], provider: Provider) -> dict[str, Any]:
    """Return the claims, signed by one of the keys."""
    fitting = [key for key in keys if key.get("kty") == FAMILIES[algorithm] and key.get("alg", algorithm) == algorithm]
    failure: Exception = Refused("the issuer has no key that it could be signed with")
    for key in fitting:
        try:
            found: dict[str, Any] = jwt.decode(
                token,
                jwt.PyJWK(key, algorithm=algorithm),
                algorithms=[algorithm],
                audience=provider.client_id,
                leeway=LEEWAY_S,
                options={"require": _REQUIRED, "verify_iss": False, "enforce_minimum_key_length": True},
            )
        except jwt.InvalidSignatureError as error:
            failure = error
        else:
            return found
    raise failure


def _check_issuer(claims: dict[str, Any], issuer: str, provider: Provider) -> None:
    """Entra's document for several tenants has a placeholder in its issuer's name."""
    tenant = claims.get("tid")
    if TENANT in issuer:
        if not isinstance(tenant, str) or not tenant.replace("-", "").isalnum():
            raise Refused("it names no tenant")
        issuer = issuer.replace(TENANT, tenant)
    if claims["iss"] != issuer:
        raise Refused("its issuer is another one")
    if provider.directory and tenant != provider.directory:
        raise Refused(f"it is of another tenant than {provider.section}.DirectoryId")


def _check_party(claims: dict[str, Any], provider: Provider) -> None:
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else provider.client_id) != provider.client_id:
        raise Refused("it was made for another site (azp)")


def _check_hash(expected: Any, access: str, algorithm: str) -> None:
    if expected is None:
        return
    digest = hashlib.new(f"sha{algorithm[2:]}" if algorithm[2:].isdigit() else "sha512", access.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not hmac.compare_digest(str(expected).encode("utf-8", "replace"), half):
        raise Refused("it came with the access token of another sign-in")
