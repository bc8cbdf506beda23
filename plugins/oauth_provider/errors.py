"""What can be wrong, in the words of the API and of RFC 6749."""

from typing import Any, Final

from hubbub.core.contracts.errors import AppError, BadRequest, NotFound, NotImplementedYet

_PREFIX: Final = "api.oauth.get_access_token"


class ProviderOff(NotImplementedYet):
    id = "api.oauth.allow_oauth.turn_off.app_error"
    message = "Signing in elsewhere is turned off on this server (ServiceSettings.EnableOAuthServiceProvider)."


class RegistrationOff(NotImplementedYet):
    id = "api.oauth.register_oauth_app.turn_off.app_error"
    message = "Clients can't register themselves here (ServiceSettings.EnableDynamicClientRegistration)."


class SiteUrlMissing(NotImplementedYet):
    id = "api.oauth.authorization_server_metadata.site_url_required.app_error"
    message = "An administrator has to set ServiceSettings.SiteURL first."


class AppNotFound(NotFound):
    id = "app.oauth.get_app.find.app_error"
    message = "There is no such application."


class AppInvalid(BadRequest):
    """A field of an application is wrong; the id ends with its name."""

    id = "model.oauth.is_valid.app_error"
    message = "The application's {field} is not valid: {why}."

    def __init__(self, field: str, why: str) -> None:
        names = {"callback_urls": "callback", "icon_url": "icon_url"}
        super().__init__(id=f"model.oauth.is_valid.{names.get(field, field)}.app_error", field=field, why=why)
        self.field = field


class PublicHasNoSecret(BadRequest):
    id = "api.oauth.regenerate_secret.public_client.app_error"
    message = "A public application has no secret."


class RedirectMismatch(BadRequest):
    id = "api.oauth.allow_oauth.redirect_callback.app_error"
    message = "The redirect_uri isn't one of those that the application has registered."


class RequestRefused(AppError):
    """A request of an application that is answered as RFC 6749, section 5.2 says: `error` is the code for programs."""

    status_code = 400

    def __init__(self, error: str, message: str, *, name: str = "bad_request", status: int = 400, **more: Any) -> None:
        super().__init__(message, id=f"{_PREFIX}.{name}.app_error", status_code=status, **more)
        self.error = error


def invalid_client() -> RequestRefused:
    """Return the refusal of who can't prove to be the application; the same whether there is one or not."""
    text = "There is no such application, or its secret is wrong."
    return RequestRefused("invalid_client", text, name="credentials", status=401)


def invalid_grant(name: str = "expired_code") -> RequestRefused:
    """Return the refusal of a code or refresh token; the same whatever is wrong with it."""
    text = "The code or refresh token is wrong, has expired, was used already or belongs to another request."
    return RequestRefused("invalid_grant", text, name=name)


class AuthorizeRefused(AppError):
    """A request that is sent back to the application with an error (RFC 6749, section 4.1.2.1)."""

    status_code = 400

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description, id="api.oauth.authorize_oauth.invalid_request.app_error")
        self.error = error
