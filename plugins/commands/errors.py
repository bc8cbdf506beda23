"""What can go wrong with a command that somebody has typed."""

from hubbub.core.contracts.errors import AppError, BadRequest, NotFound


class NotACommand(BadRequest):
    id = "api.command.execute_command.start.app_error"
    message = "A command begins with a slash and a word: /help tells which there are."


class UnknownCommand(NotFound):
    id = "api.command.execute_command.not_found.app_error"
    message = "There is no command /{trigger}. A space before the slash makes a message of it."


class ArchivedChannel(BadRequest):
    id = "api.command.execute_command.deleted.error"
    message = "The channel is archived: no command can be used in it."


class NoSiteURL(BadRequest):
    id = "api.command.execute_command.site_url_required.app_error"
    message = "Commands of teams need ServiceSettings.SiteURL: an admin has to set it."


class CommandFailed(AppError):
    """The server behind a command didn't answer as it should."""

    id = "api.command.execute_command.failed.app_error"
    status_code = 500
    message = "The command /{trigger} failed: {reason}."


class ResponseRefused(AppError):
    """What a command answered can't be shown."""

    id = "api.command.execute_command.create_post_failed.app_error"
    status_code = 400
    message = "The answer of /{trigger} can't be shown: {reason}"
