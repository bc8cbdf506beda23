"""Operations on bookmarks."""

from typing import Final

import msgspec
from msgspec import UNSET

from hubbub.core.contracts.bookmarks import ChannelBookmark, ChannelBookmarkPatch
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import PermissionDenied
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.http import Request, Router
from hubbub.plugins.bookmarks.access import BookmarkAccess
from hubbub.plugins.bookmarks.service import Bookmarks

_ALL: Final = "/api/v4/channels/{channel_id}/bookmarks"
_ONE: Final = _ALL + "/{bookmark_id}"


class BookmarkBody(msgspec.Struct, kw_only=True):
    """What a client says about a new bookmark."""

    type: str = ""
    display_name: str = ""
    link_url: str = ""
    image_url: str = ""
    emoji: str = ""
    file_id: str = ""


class BookmarkRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, bookmarks: Bookmarks) -> None:
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._access = BookmarkAccess(context)
        self._bookmarks = bookmarks

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(_ALL, self.list_of_channel)
        router.post(_ALL, self.create, status=201)
        router.patch(_ONE, self.update)
        router.delete(_ONE, self.delete)
        router.post(_ONE + "/sort_order", self.sort)

    def list_of_channel(self, req: Request, channel_id: str) -> object:
        """GET …/bookmarks; with bookmarks_since those that were changed or deleted since then (ms)."""
        self._channels.get(channel_id)
        if not self._posts.may_read(req.session, channel_id):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)
        return self._bookmarks.of_channel(channel_id, req.query_int("bookmarks_since", 0, minimum=0))

    def create(self, req: Request, channel_id: str) -> object:
        """POST …/bookmarks."""
        body = req.read(BookmarkBody, name="channelBookmark")
        self._access.require(req.session, channel_id, "create_channel_bookmark")
        wanted = ChannelBookmark(
            channel_id=channel_id,
            owner_id=req.user_id,
            type=body.type,
            display_name=body.display_name,
            link_url=body.link_url or UNSET,
            image_url=body.image_url or UNSET,
            emoji=body.emoji or UNSET,
            file_id=body.file_id,
        )
        return self._bookmarks.create(wanted, connection_id=req.connection_id)

    def update(self, req: Request, channel_id: str, bookmark_id: str) -> object:
        """PATCH …/bookmarks/{bookmark_id}."""
        patch = req.read(ChannelBookmarkPatch, name="channelBookmarkPatch")
        self._access.require(req.session, channel_id, "update_channel_bookmark")
        return self._bookmarks.update(
            channel_id, bookmark_id, patch, editor_id=req.user_id, connection_id=req.connection_id
        )

    def sort(self, req: Request, channel_id: str, bookmark_id: str) -> object:
        """POST …/bookmarks/{bookmark_id}/sort_order; the body is the new place, from 0."""
        place = req.read(int, name="sort_order")
        self._access.require(req.session, channel_id, "update_channel_bookmark_sort_order")
        return self._bookmarks.move(channel_id, bookmark_id, place, connection_id=req.connection_id)

    def delete(self, req: Request, channel_id: str, bookmark_id: str) -> object:
        """DELETE …/bookmarks/{bookmark_id}."""
        self._access.require(req.session, channel_id, "delete_channel_bookmark")
        return self._bookmarks.delete(channel_id, bookmark_id, connection_id=req.connection_id)
