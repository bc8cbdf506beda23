"""What can go wrong between this site and an identity provider, by name."""

from hubbub.core.contracts.errors import BadRequest, NotImplementedYet, TooLarge, Unauthorized


class SamlOff(NotImplementedYet):
    id = "api.user.saml.not_available.app_error"
    message = "Signing in with SAML is not turned on here (SamlSettings.Enable)."


class SamlNotAvailable(NotImplementedYet):
    """The library is missing; `id` is the one that operations of administrators answer with."""

    id = "api.admin.saml.not_available.app_error"
    message = (
        "SAML needs python3-saml, which is not installed: run pip install 'hubbub[saml]' in the server's environment,"
        " then restart the server."
    )


class SamlNotSetUp(NotImplementedYet):
    """A setting or a file of SamlSettings is missing or can't be used."""

    id = "api.admin.saml.metadata.app_error"
    message = "SAML is not set up: {reason}."


class ResponseRefused(Unauthorized):
    """What the identity provider is said to have sent is not accepted. `reason` is for the log and for developers."""

    id = "ent.saml.do_login.validate.app_error"
    message = (
        "The identity provider's answer was not accepted. Please try again; if it stays so, ask an administrator,"
        " who finds the reason in the log of the server."
    )

    def __init__(self, reason: str) -> None:
        super().__init__(detailed_error=reason)
        self.reason = reason


class ProviderRefused(Unauthorized):
    id = "ent.saml.do_login.invalid_signature.app_error"
    message = "The identity provider didn't sign you in: {status}."


class AssertionUsed(Unauthorized):
    id = "ent.saml.do_login.used.app_error"
    message = "This answer of the identity provider was used already. Please begin again at the sign-in page."


class ResponseTooLong(TooLarge):
    id = "api.user.authorize_oauth_user.saml_response_too_long.app_error"
    status_code = 400
    message = "The identity provider's answer has more than {limit} bytes."


class NoResponse(BadRequest):
    id = "ent.saml.do_login.empty_response.app_error"
    message = "There is no answer of an identity provider in this request (the field SAMLResponse of a form)."


class MetadataRefused(BadRequest):
    id = "api.admin.saml.failure_get_metadata_from_idp.app_error"
    message = "The metadata of the identity provider can't be used: {reason}."
