"""Showing what a command answered: as a post, or to its caller alone."""

from typing import Any

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.commands import Command, CommandArgs, CommandResponse
from hubbub.core.contracts.errors import AppError, Forbidden, PermissionDenied
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import SERVER_PROPS, Post, PostService, require_create_post
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserService
from hubbub.core.slack_text import attachments_from_slack, from_slack
from hubbub.plugins.commands.errors import ResponseRefused

IN_CHANNEL = "in_channel"


class ChannelForbidden(Forbidden):
    id = "api.command.command_post.forbidden.app_error"
    message = "The answer of /{trigger} is for a channel where you may not post."


class Responses:
    """Makes posts of answers."""

    def __init__(self, context: PluginContext) -> None:
        self._config = context.config_store
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)

    def show(self, command: Command, args: CommandArgs, response: CommandResponse, *, built_in: bool) -> None:
        """Show an answer and those that came with it. Raises `ResponseRefused`, `Forbidden`.

        `built_in` commands speak as the caller; all others are marked as programs.
        """
        user = self._users.get(args.user_id)
        session = Session(id="", token="", user_id=user.id, roles=user.roles)
        for one in (response, *(response.extra_responses or ())):
            self._show(command, args, one, session, built_in)

    def _show(
        self, command: Command, args: CommandArgs, response: CommandResponse, session: Session, built_in: bool
    ) -> None:
        if not response.text and not response.attachments:
            return
        channel_id = response.channel_id or args.channel_id
        if channel_id != args.channel_id:
            self._require_channel(command, session, channel_id)
        post = Post(
            user_id=args.user_id,
            channel_id=channel_id,
            root_id=args.root_id if channel_id == args.channel_id else "",
            message=response.text if response.skip_slack_parsing or built_in else from_slack(response.text),
            type=response.type if built_in or response.type.startswith("custom_") else "",
            props=self._props(command, response, built_in),
        )
        try:
            if response.response_type == IN_CHANNEL:
                self._posts.create(post, session=session)
            else:
                self._posts.send_ephemeral(post, args.user_id)
        except AppError as error:
            raise ResponseRefused(trigger=command.trigger, reason=error.text, detailed_error=error.error_id) from error

    def _require_channel(self, command: Command, session: Session, channel_id: str) -> None:
        try:
            require_create_post(self._permissions, self._channels, session, channel_id)
        except PermissionDenied as error:
            raise ChannelForbidden(trigger=command.trigger) from error

    def _props(self, command: Command, response: CommandResponse, built_in: bool) -> dict[str, Any]:
        props = {name: value for name, value in (response.props or {}).items() if name not in SERVER_PROPS}
        attachments = response.attachments
        if attachments:
            props["attachments"] = attachments if response.skip_slack_parsing else attachments_from_slack(attachments)
        if built_in:
            return props
        settings = self._config.current.ServiceSettings
        username, icon_url = command.username or response.username, command.icon_url or response.icon_url
        if username and settings.EnablePostUsernameOverride:
            props["override_username"] = username
        if icon_url and settings.EnablePostIconOverride:
            props["override_icon_url"] = icon_url
        # SECURITY: what a program says in somebody's name is marked as such.
        props["from_webhook"] = "true"
        return props
