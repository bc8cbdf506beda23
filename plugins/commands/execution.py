"""What happens when somebody has typed a command: a plugin answers it, or the server behind a team's own."""

from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.commands import Command, CommandArgs, CommandResponse
from hubbub.core.contracts.errors import AppError, BadRequest, Internal, NotFound
from hubbub.core.contracts.interactions import InteractionService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import require_create_post
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserService
from hubbub.plugins.commands.answers import UnreadableAnswer, read_answer
from hubbub.plugins.commands.custom import CustomRunner
from hubbub.plugins.commands.errors import ArchivedChannel, NotACommand, UnknownCommand
from hubbub.plugins.commands.registry import Registry, as_command
from hubbub.plugins.commands.responses import Responses
from hubbub.plugins.commands.store import CommandStore

MAX_TRIGGER_TYPED: Final = 512
LATER_MS: Final = 30 * 60_000
"""For how long answers may come later."""


class LateAnswerRefused(BadRequest):
    id = "app.command_webhook.try_use.invalid"
    message = "As many answers as there may be have come here already."


class NoSuchAddress(NotFound):
    id = "app.command_webhook.get.missing"
    message = "This address for later answers doesn't exist, or its time (30 minutes) is over."


class Execution:
    """Finds who answers a command, asks, and shows the answer."""

    def __init__(self, context: PluginContext, store: CommandStore, registry: Registry) -> None:
        self._context = context
        self._hooks = context.hooks
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._interactions = context.service(InteractionService)
        self._store = store
        self._registry = registry
        self._custom = CustomRunner(context, store)
        self._responses = Responses(context)

    def execute(self, args: CommandArgs) -> CommandResponse:
        """Run a command for somebody who may post in its channel, and return its answer, which has been shown.

        Raises `NotACommand`, `UnknownCommand`, `ArchivedChannel`, `CommandFailed`, and what plugins raise.
        """
        trigger = self._trigger(args.command)
        if self._channels.get(args.channel_id).delete_at:
            raise ArchivedChannel
        args.trigger_id = self._interactions.new_trigger(args.user_id)
        command, response, built_in = self._answer(trigger, args)
        self._responses.show(command, args, response, built_in=built_in)
        response.trigger_id = args.trigger_id
        return response

    def _trigger(self, text: str) -> str:
        parts = text[: MAX_TRIGGER_TYPED + 1].split(None, 1)
        if not text.startswith("/") or not parts or not 1 < len(parts[0]) <= MAX_TRIGGER_TYPED:
            raise NotACommand
        return parts[0][1:].lower()

    def _answer(self, trigger: str, args: CommandArgs) -> tuple[Command, CommandResponse, bool]:
        """Ask the plugin whose command it is; one that yields only when the team has none of that name."""
        offered = self._registry.find(trigger)
        custom = self._custom_command(trigger, args.team_id) if offered is None or offered[1].yields else None
        if custom is not None:
            return custom, self._custom.run(custom, args), False
        if offered is not None:
            response = self._ask_plugin(offered[0], trigger, args)
            if response is not None:
                return as_command(*offered), response, offered[1].yields
        raise UnknownCommand(trigger=trigger)

    def _custom_command(self, trigger: str, team_id: str) -> Command | None:
        if not team_id or not self._context.config.ServiceSettings.EnableCommands:
            return None
        return self._store.by_trigger(team_id, trigger)

    def _ask_plugin(self, plugin: str, trigger: str, args: CommandArgs) -> CommandResponse | None:
        try:
            answer = self._hooks.ask_plugin(plugin, "execute_command", args=args)
        except AppError:
            raise
        except Exception as error:
            self._context.log.exception("plugin %s failed with the command /%s", plugin, trigger)
            text = "The plugin {plugin} failed with the command /{trigger}; the request id finds why in the log."
            raise Internal(
                text, id="model.plugin_command_crash.error.app_error", plugin=plugin, trigger=trigger
            ) from error
        if answer is None or isinstance(answer, CommandResponse):
            return answer
        text = "The plugin {plugin} gave no proper answer to /{trigger}."
        raise Internal(text, id="model.plugin_command.error.app_error", plugin=plugin, trigger=trigger)

    # --- answers that come later ---

    def answer_later(self, hook_id: str, content_type: str, body: bytes) -> None:
        """Show what a command's server has to say later.

        Raises `NoSuchAddress`, `LateAnswerRefused`, `PermissionDenied` (the caller may not post there any more).
        """
        hook = self._store.webhook(hook_id, now_ms() - LATER_MS)
        command = None if hook is None else self._store.get(hook.command_id)
        if hook is None or command is None:
            raise NoSuchAddress
        if not self._context.config.ServiceSettings.EnableCommands:
            raise NoSuchAddress
        try:
            response = read_answer(content_type, body)
        except UnreadableAnswer as error:
            text = f"The answer is {error}."
            raise BadRequest(
                text.replace("{", "(").replace("}", ")"), id="web.command_webhook.parse.app_error"
            ) from error
        if response is None:
            raise BadRequest("The answer is empty.", id="web.command_webhook.parse.app_error")
        user = self._users.get(hook.user_id)
        session = Session(id="", token="", user_id=user.id, roles=user.roles)
        require_create_post(self._permissions, self._channels, session, hook.channel_id)
        if not self._store.use_webhook(hook_id):
            raise LateAnswerRefused
        args = CommandArgs(
            user_id=hook.user_id,
            channel_id=hook.channel_id,
            team_id=command.team_id,
            root_id=hook.root_id,
            command=f"/{command.trigger}",
        )
        self._responses.show(command, args, response, built_in=False)

    def forget_old_addresses(self) -> None:
        """Delete addresses whose time is over; called now and then."""
        self._store.delete_webhooks_before(now_ms() - LATER_MS)
