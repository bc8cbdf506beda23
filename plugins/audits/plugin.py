"""Wiring of the audits plugin."""

from collections import OrderedDict
from typing import Any, Final

from hubbub.core.contracts.audit import AnsweredRequest
from hubbub.core.contracts.channels import ChannelMember
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamMember
from hubbub.core.contracts.users import User
from hubbub.core.http import Router
from hubbub.core.log import request_id
from hubbub.hookspecs import hookimpl
from hubbub.plugins.audits.changes import changed_keys, changes_of_account
from hubbub.plugins.audits.record import Record, counts, record_of
from hubbub.plugins.audits.routes import AuditRoutes
from hubbub.plugins.audits.store import AuditStore
from hubbub.plugins.audits.trail import RETRY_S, Trail

LOGIN: Final = "/api/v4/users/login"
REMEMBERED: Final = 1_000
"""Requests whose changes are kept until they are answered."""


class Plugin:
    """Records what people do, and what happens to accounts."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        store = AuditStore(context.db)
        self._trail = Trail(context, store)
        self._routes = AuditRoutes(context, store)
        self._changes: OrderedDict[str, list[tuple[str, str]]] = OrderedDict()

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on audits."""
        self._routes.register(router)

    @hookimpl
    def on_activate(self) -> None:
        """Write what an earlier attempt could not."""
        self._context.tasks.every(RETRY_S, self._trail.write, "audit records")

    @hookimpl
    def on_deactivate(self) -> None:
        """Write what waits."""
        self._trail.write()
        self._trail.close()

    @hookimpl
    def user_has_logged_in(self, user: User, session_id: str, ip_address: str) -> None:
        """Record a sign-in."""
        record = Record(event="sign_in", action=LOGIN, user_id=user.id, session_id=session_id, ip_address=ip_address)
        self._trail.add(record)

    @hookimpl
    def user_log_in_has_failed(
        self, user_id: str, error_id: str, status: int, ip_address: str, user_agent: str, provider: str
    ) -> None:
        """Record a sign-in that was refused; of names that nobody has, nothing is kept: they may be passwords."""
        record = Record(
            event="sign_in",
            action=LOGIN,
            user_id=user_id,
            ip_address=ip_address,
            user_agent=user_agent,
            error_id=error_id,
            status=status,
            details=[f"provider={provider}"] if provider else [],
        )
        self._trail.add(record)

    @hookimpl
    def request_has_been_answered(self, request: AnsweredRequest) -> None:
        """Record a request that changes something, or was refused to."""
        changes = self._changes.pop(request.request_id, [])
        if not changes and not counts(request):
            return
        self._trail.add(record_of(request, [detail for _, detail in changes]))
        for about in dict.fromkeys(user_id for user_id, _ in changes if user_id and user_id != request.user_id):
            details = [detail for user_id, detail in changes if user_id == about]
            record = record_of(request, [*details, f"by={request.user_id}"])
            record.user_id, record.session_id, record.ip_address, record.user_agent = about, "", "", ""
            self._trail.add(record)

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """Note what changed of an account, but for its profile."""
        for event, detail in changes_of_account(new_user, old_user):
            self._note(f"users.{event}", f"/api/v4/users/{new_user.id}/{event}", new_user.id, detail)

    @hookimpl
    def user_has_joined_team(self, team_member: TeamMember) -> None:
        """Note a new member."""
        self._note_member("teams", "joined", team_member.team_id, team_member.user_id)

    @hookimpl
    def user_has_left_team(self, team_member: TeamMember) -> None:
        """Note a lost member."""
        self._note_member("teams", "left", team_member.team_id, team_member.user_id)

    @hookimpl
    def user_has_joined_channel(self, channel_member: ChannelMember) -> None:
        """Note a new member."""
        self._note_member("channels", "joined", channel_member.channel_id, channel_member.user_id)

    @hookimpl
    def user_has_left_channel(self, channel_member: ChannelMember) -> None:
        """Note a lost member."""
        self._note_member("channels", "left", channel_member.channel_id, channel_member.user_id)

    @hookimpl(trylast=True)
    def configuration_will_be_saved(self, new_config: dict[str, Any], old_config: dict[str, Any]) -> None:
        """Note which settings change; values stay out, some are secrets."""
        keys = changed_keys(new_config, old_config)
        if keys:
            self._note("config.changed", "/api/v4/config", "", f"changed={','.join(keys)}")

    def _note_member(self, what: str, how: str, object_id: str, user_id: str) -> None:
        self._note(f"{what}.{how}", f"/api/v4/{what}/{object_id}/members/{user_id}", user_id, f"{how}={object_id}")

    def _note(self, event: str, action: str, user_id: str, detail: str) -> None:
        """Keep what changed until its request is answered; without one (jobs, commands) record it at once."""
        request = request_id.get()
        if not request:
            self._trail.add(Record(event=event, action=action, user_id=user_id, details=[detail]))
            return
        self._changes.setdefault(request, []).append((user_id, detail))
        if len(self._changes) > REMEMBERED:
            self._changes.popitem(last=False)
