"""Writes a line for everything that happens into journal.jsonl in the data folder."""

from collections.abc import Mapping
from typing import Any

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.audit import AnsweredRequest
from hubbub.core.contracts.channels import Channel, ChannelMember, UnreadChange
from hubbub.core.contracts.emoji import Emoji
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.preferences import Preference
from hubbub.core.contracts.reactions import Reaction
from hubbub.core.contracts.saml import SamlAssertion
from hubbub.core.contracts.teams import Team, TeamMember
from hubbub.core.contracts.tokens import Invitation
from hubbub.core.contracts.users import User
from hubbub.hookspecs import hookimpl

manifest = Manifest(id="journal", version="1.0.0", summary="A line for everything that happens", reloadable=True)


class Plugin:
    """Everything here is called after the commit: what is in the journal has happened."""

    def __init__(self, context: PluginContext) -> None:
        self._path = context.data_directory / "journal.jsonl"

    def _write(self, what: str, **facts: Any) -> None:
        # Opened for each line: several workers append to one file, and a short line is written at once.
        with self._path.open("ab") as journal:
            journal.write(json.encode({"at": now_ms(), "what": what, **facts}) + b"\n")

    @hookimpl
    def on_activate(self) -> None:
        self._write("journal_opened")

    @hookimpl
    def on_deactivate(self) -> None:
        self._write("journal_closed")

    @hookimpl
    def on_configuration_change(self) -> None:
        self._write("configuration_changed")

    @hookimpl
    def user_has_been_created(self, user: User) -> None:
        self._write("user_created", user=user.id)

    @hookimpl
    def user_has_accepted_invitation(self, user: User, invitation: Invitation) -> None:
        self._write("invitation_accepted", user=user.id, by=invitation.sender_id)

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        self._write("user_updated", user=new_user.id, renamed=new_user.username != old_user.username)

    @hookimpl
    def user_has_been_deactivated(self, user: User) -> None:
        self._write("user_deactivated", user=user.id)

    @hookimpl
    def user_log_in_has_failed(self, user_id: str, error_id: str, ip_address: str) -> None:
        """Somebody was not let in."""
        self._write("sign-in refused", user_id=user_id, why=error_id, ip_address=ip_address)

    @hookimpl
    def request_has_been_answered(self, request: AnsweredRequest) -> None:
        """An operation that changes something was asked for."""
        self._write("operation", event=request.event, user_id=request.user_id, status=request.status)

    @hookimpl
    def sessions_have_been_revoked(self, user_id: str, tokens: list[str] | None) -> None:
        """Sessions were ended before their time."""
        self._write("sessions ended", user_id=user_id, count=len(tokens) if tokens is not None else "all")

    @hookimpl
    def user_has_logged_in(self, user: User) -> None:
        self._write("logged_in", user=user.id)

    @hookimpl
    def on_saml_login(self, user: User, assertion: SamlAssertion) -> None:
        self._write("logged_in_by_saml", user=user.id, provider=assertion.issuer)

    @hookimpl
    def message_has_been_posted(self, post: Post) -> None:
        self._write("posted", post=post.id, user=post.user_id)

    @hookimpl
    def message_has_been_updated(self, new_post: Post) -> None:
        self._write("post_updated", post=new_post.id)

    @hookimpl
    def message_has_been_deleted(self, post: Post) -> None:
        self._write("post_deleted", post=post.id)

    @hookimpl
    def posts_have_been_erased(self, post_ids: list[str]) -> None:
        self._write("posts_erased", count=len(post_ids))

    @hookimpl
    def thread_has_been_moved(self, new_ids: Mapping[str, str], channel: Channel) -> None:
        self._write("thread_moved", posts=len(new_ids), channel=channel.id)

    @hookimpl
    def channel_has_been_created(self, channel: Channel) -> None:
        self._write("channel_created", channel=channel.id)

    @hookimpl
    def channel_has_been_updated(self, new_channel: Channel, actor_id: str) -> None:
        self._write("channel_updated", channel=new_channel.id, by=actor_id)

    @hookimpl
    def user_has_joined_channel(self, channel_member: ChannelMember) -> None:
        self._write("joined_channel", channel=channel_member.channel_id, user=channel_member.user_id)

    @hookimpl
    def user_has_left_channel(self, channel_member: ChannelMember) -> None:
        self._write("left_channel", channel=channel_member.channel_id, user=channel_member.user_id)

    @hookimpl
    def unread_has_changed(self, change: UnreadChange) -> None:
        self._write(
            "read" if change.is_read else "marked_unread", channels=len(change.channel_ids), user=change.user_id
        )

    @hookimpl
    def team_has_been_created(self, team: Team) -> None:
        self._write("team_created", team=team.id)

    @hookimpl
    def user_has_joined_team(self, team_member: TeamMember) -> None:
        self._write("joined_team", team=team_member.team_id, user=team_member.user_id)

    @hookimpl
    def user_has_left_team(self, team_member: TeamMember) -> None:
        self._write("left_team", team=team_member.team_id, user=team_member.user_id)

    @hookimpl
    def reaction_has_been_added(self, reaction: Reaction) -> None:
        self._write("reaction_added", post=reaction.post_id, emoji=reaction.emoji_name)

    @hookimpl
    def reaction_has_been_removed(self, reaction: Reaction) -> None:
        self._write("reaction_removed", post=reaction.post_id, emoji=reaction.emoji_name)

    @hookimpl
    def emoji_has_been_deleted(self, emoji: Emoji) -> None:
        self._write("emoji_deleted", emoji=emoji.name)

    @hookimpl
    def preferences_have_changed(self, preferences: list[Preference]) -> None:
        self._write("preferences_changed", count=len(preferences))
