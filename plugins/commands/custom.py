"""Asking the server behind a team's own command."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelNotFound, ChannelService
from hubbub.core.contracts.commands import Command, CommandArgs, CommandResponse
from hubbub.core.contracts.outgoing import OutgoingFailed, OutgoingRefused
from hubbub.core.contracts.outgoing_tokens import OutgoingTokens, request_with_token
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.core.ids import new_id
from hubbub.plugins.commands.answers import UnreadableAnswer, read_answer
from hubbub.plugins.commands.errors import CommandFailed, NoSiteURL
from hubbub.plugins.commands.store import CommandStore, CommandWebhook

FORM: Final = "application/x-www-form-urlencoded"
MAX_MENTIONS: Final = 50
_USERS: Final = re.compile(r"(?<![\w.])@([a-z0-9][a-z0-9._-]*[a-z0-9])", re.IGNORECASE)
_CHANNELS: Final = re.compile(r"(?<!\w)~([a-z0-9_-]+)", re.IGNORECASE)
Fields = list[tuple[str, str]]


class CustomRunner:
    """Asks, and reads the answer."""

    def __init__(self, context: PluginContext, store: CommandStore) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)
        self._tokens = context.service(OutgoingTokens)
        self._store = store

    def run(self, command: Command, args: CommandArgs) -> CommandResponse:
        """Return what the command's server answers. Raises `CommandFailed`, `NoSiteURL`."""
        site = str(self._context.config.ServiceSettings.SiteURL or "").rstrip("/")
        if not site:
            raise NoSiteURL
        hook = CommandWebhook(
            id=new_id(), create_at=now_ms(), command_id=command.id, user_id=args.user_id,
            channel_id=args.channel_id, root_id=args.root_id,
        )  # fmt: skip
        self._store.insert_webhook(hook)
        fields = [*self._fields(command, args), ("response_url", f"{site}/hooks/commands/{hook.id}")]
        return self._ask(command, fields)

    def _fields(self, command: Command, args: CommandArgs) -> Fields:
        channel, team = self._channels.get(args.channel_id), self._teams.get(args.team_id)
        fields = [
            ("token", command.token),
            ("team_id", team.id),
            ("team_domain", team.name),
            ("channel_id", channel.id),
            ("channel_name", channel.name),
            ("user_id", args.user_id),
            ("user_name", self._users.get(args.user_id).username),
            ("command", f"/{command.trigger}"),
            ("text", args.rest),
            ("trigger_id", args.trigger_id),
        ]
        if args.root_id:
            fields.append(("root_id", args.root_id))
        return [*fields, *self._mentioned_users(args), *self._mentioned_channels(args)]

    def _mentioned_users(self, args: CommandArgs) -> Iterator[tuple[str, str]]:
        names = list(dict.fromkeys(name.lower() for name in _USERS.findall(args.rest)))[:MAX_MENTIONS]
        found = self._users.get_by_usernames(names) if names else []
        # SECURITY: a guest's command tells nothing of people that the guest can't see.
        visible = self._users.can_see(args.user_id, [user.id for user in found]) if found else set()
        for user in found:
            if user.id in visible:
                yield "user_mentions", user.username
                yield "user_mentions_ids", user.id

    def _mentioned_channels(self, args: CommandArgs) -> Iterator[tuple[str, str]]:
        for name in list(dict.fromkeys(name.lower() for name in _CHANNELS.findall(args.rest)))[:MAX_MENTIONS]:
            try:
                channel = self._channels.get_by_name(args.team_id, name)
            except ChannelNotFound:
                continue
            if channel.type == "O" or self._channels.is_member(channel.id, args.user_id):
                yield "channel_mentions", channel.name
                yield "channel_mentions_ids", channel.id

    def _ask(self, command: Command, fields: Fields) -> CommandResponse:
        trigger, text = command.trigger, urlencode(fields)
        headers = {"Accept": "application/json", "Authorization": f"Token {command.token}"}
        method, url, body = "POST", command.url, text.encode()
        if command.method == "G":
            method, body = "GET", b""
            url = f"{url}{'&' if '?' in url else '?'}{text}"
        else:
            headers["Content-Type"] = FORM
        try:
            answer = request_with_token(self._context.outgoing, self._tokens, method, url, headers=headers, body=body)
        except (OutgoingRefused, OutgoingFailed) as error:
            # SECURITY: the address may hold secrets: its parameters stay out of what the caller sees.
            reason = str(error.params.get("reason", "it can't be reached"))
            self._context.log.warning("the command /%s (%s) failed: %s", trigger, command.id, reason)
            # Somebody else's server is down: that needs no stack trace in our log.
            raise CommandFailed(trigger=trigger, reason=reason) from None
        if answer.status != 200:
            reason = f"the server behind it answered with status {answer.status}"
            raise CommandFailed(id="api.command.execute_command.failed_resp.app_error", trigger=trigger, reason=reason)
        return self._read(trigger, answer.headers.get("content-type", ""), answer.body)

    def _read(self, trigger: str, content_type: str, body: bytes) -> CommandResponse:
        try:
            response = read_answer(content_type, body)
        except UnreadableAnswer as error:
            raise CommandFailed(trigger=trigger, reason=f"its answer is {error}") from error
        if response is None:
            raise CommandFailed(
                id="api.command.execute_command.failed_empty.app_error", trigger=trigger, reason="its answer is empty"
            )
        return response
