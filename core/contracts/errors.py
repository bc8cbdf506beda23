"""Named errors: raised by services where a rule is, turned into HTTP once, in core/http.

`id` is what clients switch on (Mattermost's own id where one exists); the message is for people.
"""

from typing import Any, ClassVar


class AppError(Exception):
    """An answer other than success: an id for clients, an HTTP status, a sentence for people.

    `message` may hold `{name}` fields, filled from the keyword arguments. `fields` says what is wrong with which field
    of what was sent, for forms; empty for most errors.
    """

    id: ClassVar[str] = "app.error"
    status_code: ClassVar[int] = 500
    message: ClassVar[str] = "Something went wrong."

    def __init__(
        self,
        message: str | None = None,
        *,
        id: str | None = None,
        status_code: int | None = None,
        detailed_error: str = "",
        **params: Any,
    ) -> None:
        self.error_id = id or self.id
        self.status = status_code or self.status_code
        self.params = params
        self.fields: dict[str, str] = {}
        self.detailed_error = detailed_error
        text = self.message if message is None else message
        self.text = text.format(**params) if params else text
        super().__init__(f"{self.error_id}: {self.text}")


class BadRequest(AppError):
    id = "api.context.bad_request.app_error"
    status_code = 400
    message = "The request can't be understood."


class Unauthorized(AppError):
    id = "api.context.session_expired.app_error"
    status_code = 401
    message = "Sign in first: there is no valid session."


class SessionExpired(Unauthorized):
    message = "The session is invalid or has expired. Please sign in again."


class Forbidden(AppError):
    id = "api.context.permissions.app_error"
    status_code = 403
    message = "You don't have the permission to do this."


class PermissionDenied(Forbidden):
    """The session lacks every one of `permissions` (names, for the log; people see the general sentence)."""

    def __init__(self, *permissions: str) -> None:
        names = ",".join(str(permission) for permission in permissions)
        super().__init__(detailed_error=f"permission={names}")


class NotFound(AppError):
    id = "api.context.404.app_error"
    status_code = 404
    message = "It doesn't exist."


class Conflict(AppError):
    id = "api.context.conflict.app_error"
    status_code = 409
    message = "It was changed by somebody else at the same time."


class TooLarge(AppError):
    id = "api.context.request_body_too_large.app_error"
    status_code = 413
    message = "The request is too large."


class TooMany(AppError):
    id = "api.context.rate_limit.app_error"
    status_code = 429
    message = "Too many requests. Please try again in a moment."


class Internal(AppError):
    id = "api.context.internal.app_error"
    status_code = 500
    message = "An error happened on the server. The request id finds it in the log."


class NotImplementedYet(AppError):
    id = "api.context.not_implemented.app_error"
    status_code = 501
    message = "This server doesn't offer this feature."


class Unavailable(AppError):
    """It may work in a moment: the answer says after how many seconds to try again (`Retry-After`)."""

    retry_after_s: ClassVar[int] = 2
    id = "api.context.unavailable.app_error"
    status_code = 503
    message = "The server can't do this right now. Please try again in a moment."


class InvalidBodyParam(BadRequest):
    """A field of the body is missing or wrong; `name` is the field."""

    id = "api.context.invalid_body_param.app_error"
    message = "The field {name} of the request body is missing or invalid."

    def __init__(self, name: str, detailed_error: str = "") -> None:
        super().__init__(detailed_error=detailed_error, name=name)


class InvalidUrlParam(BadRequest):
    """A field of the path or the query is missing or wrong; `name` is the field."""

    id = "api.context.invalid_url_param.app_error"
    message = "The parameter {name} in the address is missing or invalid."

    def __init__(self, name: str, detailed_error: str = "") -> None:
        super().__init__(detailed_error=detailed_error, name=name)


class Rejected(Exception):
    """Raised by a plugin that is consulted: the change must not happen; `reason` is shown to its author."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
