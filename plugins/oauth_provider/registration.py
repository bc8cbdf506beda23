"""Clients that register themselves (RFC 7591), and what the server says of itself (RFC 8414)."""

from typing import Any, Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.oauth_provider.apps import Apps
from hubbub.plugins.oauth_provider.authorize import S256
from hubbub.plugins.oauth_provider.errors import AppInvalid, RegistrationOff, RequestRefused, SiteUrlMissing
from hubbub.plugins.oauth_provider.records import SCOPE, AppRequest, RegistrationRequest, RegistrationResponse
from hubbub.plugins.oauth_provider.tokens import CODE, REFRESH

POST: Final = "client_secret_post"
BASIC: Final = "client_secret_basic"
NONE: Final = "none"
_UNNAMED: Final = "Unnamed application"


class Registration:
    """Registers clients by their own request, and describes the server."""

    def __init__(self, context: PluginContext, apps: Apps) -> None:
        self._context = context
        self._apps = apps

    def register(self, request: RegistrationRequest) -> RegistrationResponse:
        """Register a client. Raises `ProviderOff`, `RegistrationOff`, `RequestRefused`."""
        self._apps.require_on()
        if not self._context.config.ServiceSettings.EnableDynamicClientRegistration:
            raise RegistrationOff
        method = request.token_endpoint_auth_method
        if method not in (POST, BASIC, NONE):
            raise _refused("invalid_client_metadata", f"token_endpoint_auth_method must be {POST}, {BASIC} or {NONE}.")
        wanted = AppRequest(
            name=request.client_name or _UNNAMED,
            callback_urls=request.redirect_uris,
            homepage=request.client_uri,
            is_public=method == NONE,
        )
        try:
            app = self._apps.create(wanted, "", dynamic=True)
        except AppInvalid as error:
            code = "invalid_redirect_uri" if error.field == "callback_urls" else "invalid_client_metadata"
            raise _refused(code, error.text) from None
        return RegistrationResponse(
            client_id=app.id,
            client_secret=app.client_secret,
            redirect_uris=app.callback_urls,
            token_endpoint_auth_method=method,
            grant_types=[CODE, REFRESH],
            response_types=["code"],
            scope=SCOPE,
            client_name=app.name,
            client_uri=app.homepage,
        )

    def metadata(self) -> dict[str, Any]:
        """Return what clients read to find their way. Raises `ProviderOff`, `SiteUrlMissing`."""
        self._apps.require_on()
        service = self._context.config.ServiceSettings
        # SECURITY: never from the request's Host header, which anybody can choose.
        site = service.SiteURL.rstrip("/")
        if not site:
            raise SiteUrlMissing
        document: dict[str, Any] = {
            "issuer": site,
            "authorization_endpoint": f"{site}/oauth/authorize",
            "token_endpoint": f"{site}/oauth/access_token",
            "response_types_supported": ["code"],
            "scopes_supported": [SCOPE],
            "grant_types_supported": [CODE, REFRESH],
            "token_endpoint_auth_methods_supported": [POST, BASIC, NONE],
            "code_challenge_methods_supported": [S256],
        }
        if service.EnableDynamicClientRegistration:
            document["registration_endpoint"] = f"{site}/api/v4/oauth/apps/register"
        return document


def _refused(code: str, message: str) -> RequestRefused:
    error = RequestRefused(code, message)
    error.error_id = "api.oauth.register_oauth_app.app_error"
    return error
