"""The rules of applications: who registers them, what they look like."""

import secrets
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import structs

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http.paging import Page
from hubbub.core.ids import new_id
from hubbub.plugins.oauth_provider.errors import AppInvalid, AppNotFound, ProviderOff, PublicHasNoSecret
from hubbub.plugins.oauth_provider.records import AppRequest, OAuthApp
from hubbub.plugins.oauth_provider.store import OAuthStore

_BYTES: Final = {"name": 64, "homepage": 256, "icon_url": 512, "mattermost_app_id": 32}
_DESCRIPTION_RUNES: Final = 512
_URLS_BYTES: Final = 1024
MAX_URI: Final = 256
"""Bytes of a redirect URI: what the tables of codes and tokens hold."""


class Apps:
    """Applications that people can be signed in to."""

    def __init__(self, context: PluginContext, store: OAuthStore) -> None:
        self._context = context
        self._store = store

    def require_on(self) -> None:
        """Raise `ProviderOff` unless settings let people sign in elsewhere."""
        if not self._context.config.ServiceSettings.EnableOAuthServiceProvider:
            raise ProviderOff

    def get(self, app_id: str) -> OAuthApp:
        """Return an application. Raises `ProviderOff`, `AppNotFound`."""
        self.require_on()
        app = self._store.app(app_id)
        if app is None:
            raise AppNotFound
        return app

    def page(self, page: Page, creator_id: str = "") -> list[OAuthApp]:
        """Return a page of applications, of one person or of all. Raises `ProviderOff`."""
        self.require_on()
        return self._store.apps(page, creator_id)

    def create(self, request: AppRequest, creator_id: str, *, dynamic: bool = False) -> OAuthApp:
        """Register an application; a public one gets no secret. Raises `ProviderOff`, `AppInvalid`."""
        self.require_on()
        now = now_ms()
        app = OAuthApp(
            id=new_id(),
            creator_id=creator_id,
            create_at=now,
            update_at=now,
            client_secret="" if request.is_public else new_secret(),
            mattermost_app_id=request.mattermost_app_id,
            is_dynamically_registered=dynamic,
            **_shown(request),
        )
        check(app, dynamic=dynamic)
        self._store.insert_app(app)
        return app

    def update(self, app_id: str, request: AppRequest) -> OAuthApp:
        """Change what is shown of an application and its redirect URIs. Raises what `get` does, `AppInvalid`."""
        app = self.get(app_id)
        changed = structs.replace(app, update_at=max(now_ms(), app.update_at + 1), **_shown(request))
        check(changed, dynamic=app.is_dynamically_registered is True)
        self._store.update_app(changed)
        return changed

    def regenerate_secret(self, app_id: str) -> OAuthApp:
        """Give an application a new secret in the place of the old. Raises what `get` does, `PublicHasNoSecret`."""
        app = self.get(app_id)
        if app.is_public:
            raise PublicHasNoSecret
        changed = structs.replace(app, update_at=max(now_ms(), app.update_at + 1), client_secret=new_secret())
        self._store.update_app(changed)
        return changed


def new_secret() -> str:
    """Return a secret of 160 bits."""
    return secrets.token_hex(20)


def public(app: OAuthApp) -> OAuthApp:
    """Return an application as anybody may see it."""
    return structs.replace(app, client_secret="")


def _shown(request: AppRequest) -> dict[str, Any]:
    return {
        "name": request.name.strip(),
        "description": request.description.strip(),
        "icon_url": request.icon_url.strip(),
        "homepage": request.homepage.strip(),
        "callback_urls": [url.strip() for url in request.callback_urls],
        "is_trusted": request.is_trusted,
    }


def check(app: OAuthApp, *, dynamic: bool = False) -> None:
    """Raise `AppInvalid` for a field that is wrong; who registers itself need not have a home page."""
    if not app.name:
        raise AppInvalid("name", "it is missing")
    for field, limit in _BYTES.items():
        if len(getattr(app, field).encode("utf-8", "replace")) > limit:
            raise AppInvalid(field, f"it has more than {limit} bytes")
    if len(app.description) > _DESCRIPTION_RUNES:
        raise AppInvalid("description", f"it has more than {_DESCRIPTION_RUNES} characters")
    if not app.callback_urls or len(str(app.callback_urls).encode("utf-8", "replace")) > _URLS_BYTES:
        raise AppInvalid("callback_urls", f"there must be some, of {_URLS_BYTES} bytes together at most")
    for url in app.callback_urls:
        if not is_redirect_uri(url):
            raise AppInvalid(
                "callback_urls", "each is an http or https address without a fragment, of 256 bytes at most"
            )
    if not is_web_address(app.homepage) and (app.homepage or not dynamic):
        raise AppInvalid("homepage", "it is no http or https address")
    if app.icon_url and not is_web_address(app.icon_url):
        raise AppInvalid("icon_url", "it is no http or https address")


def is_web_address(url: str) -> bool:
    """Say whether it is an http or https address with a host, and nothing that ends a header or hides who it is."""
    if not url.isascii() or any(ord(character) <= 32 or character in "\"'<>\\^`{|}\x7f" for character in url):
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        )
    except ValueError:
        return False


def is_redirect_uri(url: str) -> bool:
    """Say whether people may be sent there with a code (RFC 6749, section 3.1.2: absolute, no fragment)."""
    return is_web_address(url) and "#" not in url and len(url) <= MAX_URI
