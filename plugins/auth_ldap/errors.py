"""What can go wrong with a directory: told in full to administrators, in general to those who sign in."""

from hubbub.core.contracts.errors import AppError, NotImplementedYet, Unauthorized, Unavailable


class LdapDisabled(NotImplementedYet):
    id = "ent.ldap.disabled.app_error"
    message = "Signing in with LDAP is turned off on this server (LdapSettings.Enable)."


class DirectoryAway(Unavailable):
    """What somebody who signs in learns: hosts and accounts of the directory are nobody's business."""

    id = "ent.ldap.do_login.unable_to_connect.app_error"
    message = "The directory can't be asked right now. Please try again in a moment, or tell an administrator."


class TooManyAttempts(Unauthorized):
    id = "api.user.check_user_login_attempts.too_many_ldap.app_error"
    message = "This account is locked because of too many failed attempts. Please ask an administrator."


class DirectoryError(Exception):
    """A directory can't be used; the text, for administrators, says what is wrong and what to do."""

    id = "ent.ldap.do_login.search_ldap_server.app_error"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Unreachable(DirectoryError):
    id = "ent.ldap.do_login.unable_to_connect.app_error"


class NotTrusted(DirectoryError):
    id = "ent.ldap.do_login.x509.app_error"


class BadCertificate(DirectoryError):
    id = "ent.ldap.do_login.certificate.app_error"


class BindRefused(DirectoryError):
    id = "ent.ldap.do_login.bind_admin_user.app_error"


class SearchFailed(DirectoryError):
    id = "ent.ldap.do_login.search_ldap_server.app_error"


class Incomplete(SearchFailed):
    """The directory gave less than everything: what it left out may well exist."""


class BadFilter(DirectoryError):
    id = "ent.ldap.validate_filter.app_error"


class TrialFailed(AppError):
    """A trial of the directory failed; this is for administrators, who asked for it."""

    id = "ent.ldap.test.app_error"
    status_code = 500
    message = "{why}"


def away(error: DirectoryError) -> DirectoryAway:
    """Return what those who sign in are told of an error."""
    return DirectoryAway(id=error.id)
