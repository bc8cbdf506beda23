"""Which messages wait, who decides, and what becomes of them."""

from typing import Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.errors import BadRequest, NotFound, PermissionDenied, Rejected
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamNotFound, TeamService
from hubbub.core.contracts.users import User, UserService
from hubbub.core.filtering import Exemptions
from hubbub.core.http.paging import Page
from hubbub.plugins.filter_moderation.config import ModerationSettings
from hubbub.plugins.filter_moderation.store import QueueStore

BOT: Final = "moderation-bot"
HOUR_MS: Final = 3_600_000
SHOWN: Final = 300
"""Characters of a message that moderators are shown in their direct message."""
WAITS: Final = "Your message waits for a moderator. It appears as soon as it was approved; don't send it again."
NO_EDITS: Final = "Here messages wait for a moderator, so they can't be edited. Delete it and write another one."


class NotHeld(NotFound):
    id = "plugin.filter_moderation.not_held.app_error"
    message = "There is no such message: somebody has decided about it already."


class AuthorIsGone(BadRequest):
    id = "plugin.filter_moderation.author_gone.app_error"
    message = "Its author isn't in the channel any more: the message can only be rejected."


class Moderation:
    """Holds messages back, and lets moderators decide."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)
        self._exempt = Exemptions(context)
        self._store = QueueStore(context.db)
        self._passing: set[str] = set()

    # --- holding back

    def check(self, settings: ModerationSettings, post: Post, session: Session | None) -> None:
        """Raise `Rejected` for a post that has to wait; it is kept then, once however often it is sent."""
        if post.id in self._passing or not self._has_to_wait(settings, post, session):
            return
        waiting = self._store.of_user(post.user_id)
        if any(_is_same(post, other) for other in waiting):
            raise Rejected(WAITS)
        if len(waiting) >= settings.MaxWaiting:
            raise Rejected(f"{len(waiting)} of your messages wait for a moderator: please write again after that.")
        held = msgspec.structs.replace(post, pending_post_id="")
        self._store.insert(held)
        self._context.tasks.submit(self._tell_moderators, settings.Moderators, held)
        raise Rejected(WAITS)

    def check_edit(self, settings: ModerationSettings, post: Post) -> None:
        """Raise `Rejected` for an edit of a post that would have to wait: nobody would look at it."""
        if self._has_to_wait(settings, post, None, edit=True):
            raise Rejected(NO_EDITS)

    def _has_to_wait(
        self, settings: ModerationSettings, post: Post, session: Session | None, *, edit: bool = False
    ) -> bool:
        if self._exempt.has(settings, post, session, edit=edit):
            return False
        channel = self._channels.get(post.channel_id)
        author = self._exempt.author(post)
        if author is None or author.username in settings.Moderators:
            return False
        if channel.id in settings.Channels or self._name(channel) in settings.Channels:
            return True
        created = author.create_at if isinstance(author.create_at, int) else 0
        is_new = created > now_ms() - settings.NewMemberHours * HOUR_MS
        return is_new and settings.NewMemberHours > 0 and not channel.is_direct_or_group

    def _name(self, channel: Channel) -> str:
        try:
            return f"{self._teams.get(channel.team_id).name}/{channel.name}" if channel.team_id else ""
        except TeamNotFound:
            return ""

    # --- deciding

    def require_moderator(self, settings: ModerationSettings, session: Session) -> None:
        """Raise `PermissionDenied` for somebody who may not decide."""
        is_moderator = self._users.get(session.user_id).username in settings.Moderators
        if not is_moderator and not self._permissions.has(session, Permission.MANAGE_SYSTEM):
            raise PermissionDenied(Permission.MANAGE_SYSTEM)

    def waiting(self, page: Page) -> list[Post]:
        """Return what waits, the oldest first."""
        return self._store.page(page)

    def approve(self, held_id: str) -> Post:
        """Post what waited, with the time of now; the other filters look at it. Raises `NotHeld`, `AuthorIsGone`.

        Two moderators who approve at the same time make one post: it has the id that it was held under.
        """
        held = self._get(held_id)
        author = self._exempt.author(held)
        if author is None or author.delete_at or not self._channels.is_member(held.channel_id, author.id):
            raise AuthorIsGone
        session = Session(id="", token="", user_id=author.id, roles=author.roles)
        fresh = msgspec.structs.replace(held, id="", create_at=0, update_at=0)
        self._passing.add(held_id)
        try:
            post = self._posts.create(fresh, session=session, set_online=False, post_id=held_id)
        finally:
            self._passing.discard(held_id)
        self._store.remove(held_id)
        return post

    def reject(self, held_id: str, reason: str) -> None:
        """Forget what waited, and tell its author why. Raises `NotHeld`."""
        held = self._get(held_id)
        if not self._store.remove(held_id):
            raise NotHeld
        why = f" The moderator says: {reason}" if reason else ""
        self._tell(held.user_id, f"A moderator has rejected your message.{why}\n{_quoted(held)}")

    def _get(self, held_id: str) -> Post:
        held = self._store.get(held_id)
        if held is None:
            raise NotHeld
        return held

    # --- telling

    def _tell_moderators(self, names: tuple[str, ...], held: Post) -> None:
        author, channel = self._exempt.author(held), self._channels.get(held.channel_id)
        address = f"`POST /plugins/{self._context.id}/queue/{held.id}/approve` (or `/reject`)"
        text = (
            f"A message by @{author.username if author else 'somebody'} in"
            f" {channel.display_name or 'a direct message'} waits for you. Decide with {address}.\n{_quoted(held)}"
        )
        for moderator in self._users.get_by_usernames(names):
            if not moderator.delete_at:
                self._tell(moderator.id, text)

    def _tell(self, user_id: str, text: str) -> None:
        bot = self._bot()
        channel = self._channels.get_or_create_direct(bot.id, user_id)
        post = Post(user_id=bot.id, channel_id=channel.id, message=text, props={"from_bot": "true"})
        self._posts.create(post, set_online=False)

    def _bot(self) -> User:
        description = "Tells moderators and authors of messages that wait."
        return self._users.get_or_create_bot(BOT, display_name="Moderation", description=description)


def _is_same(post: Post, other: Post) -> bool:
    place = (post.channel_id, post.root_id, post.message, post.file_ids)
    return place == (other.channel_id, other.root_id, other.message, other.file_ids)


def _quoted(post: Post) -> str:
    text = post.message if len(post.message) <= SHOWN else f"{post.message[:SHOWN]}…"
    return "\n".join(f"> {line}" for line in text.splitlines() or ["(no text)"])
