"""From what providers say about somebody to an identity: one shape each."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.core.contracts.auth import ExternalIdentity
from hubbub.core.contracts.users import nearest_username
from hubbub.plugins.auth_oauth.providers import GITLAB, GOOGLE, OFFICE365, Provider

SEVERAL_TENANTS: Final = frozenset({"common", "organizations", "consumers"})
_LONGEST: Final = 64


class Unclear(Exception):
    """A profile without an id that never changes."""


def from_claims(provider: Provider, claims: Mapping[str, Any], issuer: str) -> ExternalIdentity:
    """Return who the claims of OpenID Connect tell of (Core 1.0, section 5.1). Raises `Unclear`."""
    # Entra's `sub` differs from app to app; `oid` is what its other interfaces call the person.
    subject = claims.get("oid") if provider.id == OFFICE365 else None
    email = _text(claims, "email")
    first, last = _names(claims)
    return ExternalIdentity(
        provider=provider.id,
        subject=_id(subject or claims.get("sub")),
        username=_username(provider, claims, email),
        email=email,
        email_verified=_is_verified(claims) and (not _is_shared(provider, issuer) or _is_owned(claims)),
        first_name=first,
        last_name=last,
        attributes=_attributes(claims),
    )


def from_api(provider: Provider, profile: Mapping[str, Any]) -> ExternalIdentity:
    """Return who an address of profiles tells of (OAuth 2.0 without OpenID Connect). Raises `Unclear`."""
    shape = {GITLAB: _gitlab, GOOGLE: _google, OFFICE365: _microsoft}.get(provider.id)
    if shape is None:
        return from_claims(provider, {"sub": profile.get("id"), **profile}, "")
    return shape(provider, profile)


def _gitlab(provider: Provider, profile: Mapping[str, Any]) -> ExternalIdentity:
    """GET /api/v4/user: `confirmed_at` is null while the address is unconfirmed."""
    first, last = _names(profile)
    return ExternalIdentity(
        provider=provider.id,
        subject=_id(profile.get("id")),
        username=nearest_username(_text(profile, "username") or _text(profile, "login")),
        email=_text(profile, "email"),
        email_verified=profile.get("confirmed_at", True) is not None,
        first_name=first,
        last_name=last,
        attributes=_attributes(profile),
    )


def _google(provider: Provider, profile: Mapping[str, Any]) -> ExternalIdentity:
    """GET people/me of the People API: lists, of which the primary entry counts."""
    name, address = _primary(profile.get("names")), _primary(profile.get("emailAddresses"))
    sources = _map(profile.get("metadata")).get("sources")
    ids = [source.get("id") for source in _maps(sources) if source.get("type", "PROFILE") == "PROFILE"]
    resource = _text(profile, "resourceName").removeprefix("people/")
    email = _text(address, "value")
    return ExternalIdentity(
        provider=provider.id,
        subject=_id(next(iter(ids), None) or resource),
        username=nearest_username(email.partition("@")[0]),
        email=email,
        email_verified=_map(address.get("metadata")).get("verified", True) is True,
        first_name=_text(name, "givenName"),
        last_name=_text(name, "familyName"),
        attributes=_attributes(profile),
    )


def _microsoft(provider: Provider, profile: Mapping[str, Any]) -> ExternalIdentity:
    """GET /v1.0/me of Microsoft Graph."""
    email = _text(profile, "mail") or _text(profile, "userPrincipalName")
    return ExternalIdentity(
        provider=provider.id,
        subject=_id(profile.get("id")),
        username=nearest_username(email.partition("@")[0]),
        email=email,
        email_verified=not _is_shared(provider, ""),
        first_name=_text(profile, "givenName"),
        last_name=_text(profile, "surname"),
        attributes=_attributes(profile),
    )


def _username(provider: Provider, claims: Mapping[str, Any], email: str) -> str:
    preferred = _text(claims, "preferred_username").partition("@")[0]
    nickname = _text(claims, "nickname") if provider.id == GITLAB else ""
    local = email.partition("@")[0]
    order = (preferred, nickname, local) if provider.preferred_username else (nickname, local, preferred)
    return next(filter(None, map(nearest_username, order)), "")


def _names(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return first and last name; of a full name alone the first word is the first name."""
    first, last = _text(claims, "given_name"), _text(claims, "family_name")
    if not (first or last):
        first, _, last = _text(claims, "name").partition(" ")
    return first[:_LONGEST], last.strip()[:_LONGEST]


def _is_verified(claims: Mapping[str, Any]) -> bool:
    """Many providers don't say: their administrators gave the addresses. One that says no is believed."""
    return str(claims.get("email_verified", True)).lower() == "true"


def _is_shared(provider: Provider, issuer: str) -> bool:
    """Say whether tenants of Entra that nobody here knows can sign people in.

    SECURITY: who administers a tenant writes whatever address they like into their people's profiles. `DirectoryId` is
    compared with the ID token, so it is no help without one.
    """
    if provider.directory and provider.discovery:
        return False
    addresses = (issuer, provider.discovery, provider.auth if not provider.discovery else "")
    return "{tenantid}" in issuer or any(
        urlsplit(address).path.strip("/").partition("/")[0].lower() in SEVERAL_TENANTS for address in addresses
    )


def _is_owned(claims: Mapping[str, Any]) -> bool:
    """Say whether Entra has seen that the tenant owns the address's domain (optional claim xms_edov)."""
    return str(claims.get("xms_edov", "")).lower() in ("true", "1")


def _id(value: Any) -> str:
    """Return an id as text. A number is one (GitLab's), but not 0 and no truth value."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not value:
        raise Unclear("it has no id")
    return str(value)


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _primary(value: Any) -> Mapping[str, Any]:
    entries = _maps(value)
    return next(
        (entry for entry in entries if _map(entry.get("metadata")).get("primary") is True), next(iter(entries), {})
    )


def _attributes(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the provider's own names and values, for plugins that complete identities."""
    return {name: list(_words(value)) for name, value in values.items() if isinstance(name, str)}


def _words(value: Any) -> Iterable[str]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, str | int | float):
            yield str(entry)
