"""Why a link signs nobody in."""

from hubbub.core.contracts.errors import BadRequest, Forbidden, Unauthorized


class LinksOff(Unauthorized):
    id = "api.user.login.guest_magic_link.disabled.error"
    message = "Guests don't sign in by links here (GuestAccountsSettings.EnableGuestMagicLink)."


class LinkMissing(BadRequest):
    id = "api.user.guest_magic_link.missing_token.app_error"
    message = "The link isn't whole. Open it as it stands in the mail."


class LinkInvalid(BadRequest):
    id = "api.user.guest_magic_link.invalid_token.app_error"
    message = "This link is not valid (any more): it works once. Ask for a new one on the sign-in page."


class LinkExpired(BadRequest):
    id = "api.user.guest_magic_link.expired_token.app_error"
    message = "This link is too old. Ask for a new one: on the sign-in page, or of whoever invited you."


class AccountElsewhere(BadRequest):
    id = "api.user.guest_magic_link.invalid_token.app_error"
    message = "There is an account with this address that doesn't sign in by links. Sign in as you did until now."


class FromElsewhere(Forbidden):
    message = "The request wasn't sent by a page of this server. Open the link of the mail again."
