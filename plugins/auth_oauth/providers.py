"""The four providers that config.json knows, as they are set up now."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from hubbub.plugins.auth_oauth.errors import Incomplete, NoSiteUrl, ServiceOff

GITLAB: Final = "gitlab"
GOOGLE: Final = "google"
OFFICE365: Final = "office365"
OPENID: Final = "openid"
SECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    GITLAB: ("GitLabSettings", "GitLab"),
    GOOGLE: ("GoogleSettings", "Google"),
    OFFICE365: ("Office365Settings", "Microsoft"),
    OPENID: ("OpenIdSettings", "OpenID Connect"),
}
"""What users.authservice holds → the section of config.json, and the name for people."""
NEEDED: Final = ("openid", "profile", "email")


class Provider(msgspec.Struct, kw_only=True, frozen=True):
    """One provider. With `discovery` it speaks OpenID Connect, without it OAuth 2.0 and an address of profiles.

    `directory` is Entra's tenant, which alone may sign people in ("" for those that the addresses name).
    """

    id: str
    section: str
    name: str
    client_id: str
    secret: str
    scopes: tuple[str, ...]
    auth: str
    token: str
    user_api: str
    discovery: str
    redirect_uri: str
    preferred_username: bool = False
    directory: str = ""


def is_enabled(config: Any, service: str) -> bool:
    """Say whether people may sign in with it."""
    return service in SECTIONS and bool(getattr(config, SECTIONS[service][0]).Enable)


def provider_of(config: Any, service: str) -> Provider:
    """Return a provider as it is set up. Raises `ServiceOff`, `NoSiteUrl`, `Incomplete`."""
    if not is_enabled(config, service):
        raise ServiceOff(service=SECTIONS[service][1] if service in SECTIONS else "this service")
    section, name = SECTIONS[service]
    settings = getattr(config, section)
    if not config.ServiceSettings.SiteURL:
        raise NoSiteUrl
    needed = ("Id",) if settings.DiscoveryEndpoint else ("Id", "AuthEndpoint", "TokenEndpoint", "UserAPIEndpoint")
    for key in needed:
        if not getattr(settings, key):
            raise Incomplete(section=section, key=key, name=name)
    return Provider(
        id=service,
        section=section,
        name=name,
        client_id=settings.Id,
        secret=settings.Secret,
        scopes=_scopes(settings),
        auth=settings.AuthEndpoint,
        token=settings.TokenEndpoint,
        user_api=settings.UserAPIEndpoint,
        discovery=settings.DiscoveryEndpoint,
        # The address that existing registrations at providers have.
        redirect_uri=f"{config.ServiceSettings.SiteURL.rstrip('/')}/signup/{service}/complete",
        preferred_username=settings.UsePreferredUsername,
        directory=getattr(settings, "DirectoryId", ""),
    )


def _scopes(settings: Any) -> tuple[str, ...]:
    """Return what is asked for; OpenID Connect needs more than the defaults that are meant for OAuth 2.0."""
    asked = settings.Scope.split()
    if not settings.DiscoveryEndpoint:
        return tuple(asked)
    return (*asked, *(scope for scope in NEEDED if scope not in asked))
