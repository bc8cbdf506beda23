"""Errors of outgoing OAuth connections."""

from typing import Any, Final

from hubbub.core.contracts.errors import AppError, BadRequest, NotFound, NotImplementedYet

_PREFIX: Final = "api.context.outgoing_oauth_connection."
CREATE: Final = f"{_PREFIX}create_connection.input_error"
UPDATE: Final = f"{_PREFIX}update_connection.input_error"
VALIDATE: Final = f"{_PREFIX}validate_connection_credentials.input_error"


class ConnectionsOff(NotImplementedYet):
    id = f"{_PREFIX}not_available.configuration_disabled"
    message = (
        "Outgoing OAuth connections are turned off on this server (ServiceSettings.EnableOutgoingOAuthConnections)."
    )


class ConnectionNotFound(NotFound):
    id = f"{_PREFIX}list_connections.app_error"
    message = "There is no such outgoing OAuth connection."


class InvalidConnection(BadRequest):
    """A connection can't be stored or tried; `id` says what was to be done with it, `field` what is wrong."""

    id = CREATE
    message = "The outgoing OAuth connection is not valid."

    def __init__(self, message: str, *, id: str, field: str = "", **params: Any) -> None:
        super().__init__(message, id=id, field=field, **params)
        if field:
            self.fields = {field: self.text}


class NotValid(BadRequest):
    id = f"{_PREFIX}validate_connection_credentials.app_error"
    message = "No token was given: {reason}."


class NotReached(AppError):
    id = f"{_PREFIX}validate_connection_credentials.app_error"
    status_code = 502
    message = "The server that gives tokens can't be reached: {reason}."
