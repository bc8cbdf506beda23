"""Wiring of the posts plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.channels import Channel, ChannelMember
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import MAX_MESSAGE, PostService
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.contracts.users import User
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.posts.bulk import DirectPostLines, PostLines
from hubbub.plugins.posts.routes import PostRoutes
from hubbub.plugins.posts.routes_lists import PostListRoutes
from hubbub.plugins.posts.routes_move import MoveRoutes
from hubbub.plugins.posts.service import Posts
from hubbub.plugins.posts.system_messages import SystemMessages


class Plugin:
    """Messages and replies."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.posts = Posts(context)
        self._messages = SystemMessages(context, self.posts)
        self._bulk: list[BulkPart] = [
            PostLines(context.db, context.service(SearchEngine)),
            DirectPostLines(context.db),
        ]
        self._routes = PostRoutes(context, self.posts)
        self._list_routes = PostListRoutes(context, self.posts)
        self._move_routes = MoveRoutes(context, self.posts)

    def provide(self) -> Mapping[type, object]:
        """Provide posts."""
        return {PostService: self.posts}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on posts."""
        self._routes.register(router)
        self._list_routes.register(router)
        self._move_routes.register(router)

    @hookimpl
    def register_client_config(self) -> dict[str, str]:
        """Tell clients how long a message may be, in characters."""
        return {"MaxPostSize": str(MAX_MESSAGE)}

    @hookimpl
    def register_license_features(self) -> list[str]:
        """Have clients offer to move threads, where FeatureFlags.MoveThreadsEnabled says so too."""
        return ["MoveThreads"]

    @hookimpl
    def user_has_joined_channel(self, channel_member: ChannelMember, actor: User | None) -> None:
        """Say it in the channel."""
        self.posts.audience.forget_channel(channel_member.channel_id)
        self._messages.joined(channel_member, actor)

    @hookimpl
    def user_has_left_channel(self, channel_member: ChannelMember, actor: User | None) -> None:
        """Say it in the channel."""
        self.posts.audience.forget_channel(channel_member.channel_id)
        self._messages.left(channel_member, actor)

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """Names and keywords decide who is mentioned."""
        if _mention_words(new_user) != _mention_words(old_user):
            self.posts.audience.forget_user(new_user.id)

    @hookimpl
    def channel_has_been_updated(self, new_channel: Channel, old_channel: Channel, actor_id: str) -> None:
        """Say it in the channel; its threads go with it to another team."""
        if new_channel.team_id != old_channel.team_id:
            self.posts.store.move_threads(new_channel.id, new_channel.team_id)
        self._messages.changed(new_channel, old_channel, actor_id)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring messages."""
        return self._bulk


def _mention_words(user: User) -> tuple[object, ...]:
    return (user.username, user.first_name, user.notify_props, user.delete_at)
