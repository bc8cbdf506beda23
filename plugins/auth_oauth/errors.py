"""What goes wrong between this server and a provider. SECURITY: none of these tells codes, tokens or secrets."""

from hubbub.core.contracts.errors import BadRequest, NotImplementedYet, Unauthorized, Unavailable


class ServiceOff(NotImplementedYet):
    id = "api.user.login_by_oauth.not_available.app_error"
    message = "Nobody can sign in with {service} on this server: it is not turned on."


class NoSiteUrl(NotImplementedYet):
    id = "api.user.get_authorization_code.endpoint.app_error"
    message = "Signing in by way of another site needs ServiceSettings.SiteURL, the address of this server."


class Incomplete(NotImplementedYet):
    id = "api.user.get_authorization_code.endpoint.app_error"
    message = "{section}.{key} is empty: without it nobody can sign in with {name}."


class Denied(BadRequest):
    id = "api.user.authorize_oauth_user.denied.app_error"
    message = "{name} didn't let you in (it says: {reason}). You can try again at the sign-in page."


class CodeMissing(BadRequest):
    id = "api.user.authorize_oauth_user.missing_code.app_error"
    message = "{name} sent you back without a code. Please begin again at the sign-in page."


class MixedUp(Unauthorized):
    """RFC 9207: the answer is another provider's than the one that was asked."""

    id = "api.user.authorize_oauth_user.mix_up.app_error"
    message = "This answer isn't from {name}. Please begin again at the sign-in page."


class ProviderFailed(Unavailable):
    """It can't be reached, is too slow, or what it answers isn't what was agreed; the log says more."""

    id = "api.user.authorize_oauth_user.response.app_error"
    message = "{name} can't be asked right now. Please try again in a moment, or tell an administrator."


class CodeRefused(BadRequest):
    id = "api.user.authorize_oauth_user.token_failed.app_error"
    message = (
        "{name} didn't accept the code that it gave you. Please begin again at the sign-in page;"
        " if that doesn't help, tell an administrator."
    )


class TokenInvalid(Unauthorized):
    id = "api.user.authorize_oauth_user.bad_token.app_error"
    message = "What {name} says about you can't be trusted, so nobody was signed in. Please tell an administrator."


class ProfileInvalid(BadRequest):
    id = "api.user.login_by_oauth.parse.app_error"
    message = "{name} didn't say who you are in a way that this server understands. Please tell an administrator."
