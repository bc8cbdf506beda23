"""Named errors of the WebSocket: of the upgrade, and of actions."""

from hubbub.core.contracts.errors import AppError, BadRequest, Internal, Unauthorized, Unavailable


class UpgradeFailed(BadRequest):
    id = "api.web_socket.connect.upgrade.app_error"
    message = "The connection can't become a WebSocket: {why}."


class UpgradeImpossible(AppError):
    """The process manager offers no way to take the socket over."""

    id = "api.web_socket.connect.upgrade.app_error"
    status_code = 501
    message = "This way of running the server has no WebSockets: use Hubbub's own worker or gevent-websocket's."


class TooManyUpgrades(Unavailable):
    id = "api.web_socket.connect.upgrade.app_error"
    message = "Too many clients connect at once. Please try again in a moment."


class NoAction(BadRequest):
    id = "api.web_socket_router.no_action.app_error"
    message = "The message names no action."


class BadSequence(BadRequest):
    id = "api.web_socket_router.bad_seq.app_error"
    message = "The number (seq) of the message must be 1 or more."


class NotAuthenticated(Unauthorized):
    id = "api.web_socket_router.not_authenticated.app_error"
    message = "The connection is not signed in: send authentication_challenge first."


class UnknownAction(Internal):
    id = "api.web_socket_router.bad_action.app_error"
    message = "There is no such action."


class InvalidActionParam(BadRequest):
    """A value of an action's data is missing or wrong; `name` is its key."""

    id = "api.websocket_handler.invalid_param.app_error"
    message = "The parameter {name} of the action is missing or invalid."

    def __init__(self, name: str, detailed_error: str = "") -> None:
        super().__init__(detailed_error=detailed_error, name=name)


class ServerBusy(Unavailable):
    id = "api.websocket_handler.server_busy.app_error"
    message = "The server is busy. Please try again in a moment."
