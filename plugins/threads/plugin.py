"""Wiring of the threads plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.channels import Channel, ChannelMember
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostRecorder
from hubbub.core.contracts.threads import ThreadService
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.threads.bulk import FollowersPart
from hubbub.plugins.threads.collapsed import CollapsedThreads
from hubbub.plugins.threads.lists_store import ThreadListStore
from hubbub.plugins.threads.recording import ThreadRecorder
from hubbub.plugins.threads.routes import ThreadRoutes
from hubbub.plugins.threads.service import Threads
from hubbub.plugins.threads.shown import ShownThreads
from hubbub.plugins.threads.store import MembershipStore
from hubbub.plugins.threads.updates import Updates


class Plugin:
    """Replies collapsed into threads."""

    def __init__(self, context: PluginContext) -> None:
        store, lists, collapsed = MembershipStore(context.db), ThreadListStore(context.db), CollapsedThreads(context)
        shown = ShownThreads(context, lists)
        self.threads = Threads(context, store, lists, collapsed, shown)
        self._recorder = ThreadRecorder(context, store, collapsed, Updates(context, store, shown))
        self._db = context.db
        self._routes = ThreadRoutes(context, self.threads)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on threads."""
        self._routes.register(router)

    @hookimpl
    def register_thread_service(self) -> ThreadService:
        """Keep track of threads for channels and posts."""
        return self.threads

    @hookimpl
    def register_post_recorders(self) -> Iterable[PostRecorder]:
        """Count replies with the posts."""
        return [self._recorder]

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Clients may show threads."""
        return ["CollapsedThreads"]

    @hookimpl
    def followed_threads(self, user_id: str, root_ids: list[str]) -> list[str]:
        """Say which threads a reader follows."""
        return self.threads.followed(user_id, root_ids)

    @hookimpl
    def posts_have_been_erased(self, post_ids: list[str]) -> None:
        """Nobody follows what is gone for good."""
        self.threads.erase(post_ids)

    @hookimpl
    def thread_has_been_moved(self, new_ids: Mapping[str, str], channel: Channel) -> None:
        """Take its followers along."""
        self.threads.move(new_ids, channel.id)

    @hookimpl
    def user_has_left_channel(self, channel_member: ChannelMember) -> None:
        """Follow nothing there any more."""
        self.threads.leave_channel(channel_member.user_id, channel_member.channel_id)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring who follows threads."""
        return [FollowersPart(self._db)]
