"""Two accounts that want the same name, address or identity."""

from hubbub.core.contracts.users import UserExists
from hubbub.core.db.errors import UniqueViolation


class named_duplicates:  # a context manager, used like a function
    """Turns the violation of a unique key into the error that clients know."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, UniqueViolation):
            return
        if error.about("email"):
            message = "An account with that e-mail address exists already."
            raise UserExists(message, id="app.user.save.email_exists.app_error") from error
        if error.about("authdata"):
            message = "That identity belongs to another account."
            raise UserExists(message, id="app.user.save.existing.app_error") from error
        raise UserExists from error
