"""The rules of bookmarks: how many, in which order, whose."""

from typing import Any, Final

from msgspec import UNSET
from msgspec.structs import replace

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.bookmarks import ChannelBookmark, ChannelBookmarkPatch, UpdateChannelBookmarkResponse
from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.ids import new_id
from hubbub.plugins.bookmarks.store import BookmarkStore
from hubbub.plugins.bookmarks.validation import check

MAX_PER_CHANNEL: Final = 50


class TooManyBookmarks(BadRequest):
    id = "app.channel.bookmark.save.app_error"
    message = "A channel has at most {max} bookmarks: delete one first."


class BookmarkNotFound(NotFound):
    id = "app.channel.bookmark.get.app_error"
    message = "There is no such bookmark in this channel."


class Bookmarks:
    """Bookmarks of channels. Each change is told to the channel; the caller has checked permissions."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.store = BookmarkStore(context.db)

    def of_channel(self, channel_id: str, since: int = 0) -> list[ChannelBookmark]:
        """Return the channel's bookmarks in their order; with `since` (ms) all that have changed, deleted ones too."""
        return self.store.of_channel(channel_id, since)

    def create(self, bookmark: ChannelBookmark, *, connection_id: str = "") -> ChannelBookmark:
        """Add a bookmark behind the others. Raises `InvalidBookmark`, `TooManyBookmarks`."""
        check(bookmark)
        with self._context.db.transaction():
            others = self.store.lock(bookmark.channel_id)
            if len(others) >= MAX_PER_CHANNEL:
                raise TooManyBookmarks(max=MAX_PER_CHANNEL)
            bookmark.id = new_id()
            bookmark.create_at = bookmark.update_at = now_ms()
            bookmark.sort_order = others[-1].sort_order + 1 if others else 0
            self.store.insert(bookmark)
            self._publish("channel_bookmark_created", bookmark.channel_id, connection_id, bookmark=bookmark)
        return bookmark

    def update(
        self,
        channel_id: str,
        bookmark_id: str,
        patch: ChannelBookmarkPatch,
        *,
        editor_id: str,
        connection_id: str = "",
    ) -> UpdateChannelBookmarkResponse:
        """Change a bookmark. Somebody else's is deleted, and a changed copy of the editor's own takes its place.

        Raises `BookmarkNotFound`, `InvalidBookmark`.
        """
        with self._context.db.transaction():
            old = _find(self.store.lock(channel_id), bookmark_id, "app.channel.bookmark.get_existing.app_err")
            now = now_ms()
            new = replace(_patched(old, patch), update_at=now)
            check(new)
            if old.owner_id == editor_id:
                self.store.update([new])
                answer = UpdateChannelBookmarkResponse(updated=new)
            else:
                new = replace(new, id=new_id(), create_at=now, owner_id=editor_id, original_id=old.id)
                gone = replace(old, update_at=now, delete_at=now)
                self.store.update([gone])
                self.store.insert(new)
                answer = UpdateChannelBookmarkResponse(updated=new, deleted=gone)
            self._publish("channel_bookmark_updated", channel_id, connection_id, bookmarks=answer)
        return answer

    def move(self, channel_id: str, bookmark_id: str, place: int, *, connection_id: str = "") -> list[ChannelBookmark]:
        """Put a bookmark at a place (0 is the first); returns all of the channel's with their new sort_order.

        Raises `BookmarkNotFound`, `BadRequest` for a place that isn't there.
        """
        with self._context.db.transaction():
            before = self.store.lock(channel_id)
            moved = _find(before, bookmark_id, "app.channel.bookmark.update_sort.missing_bookmark.app_error")
            if not 0 <= place < len(before):
                raise BadRequest(
                    "The bookmark can be moved to a place from 0 to {last}, not to {place}.",
                    id="app.channel.bookmark.update_sort.invalid_input.app_error",
                    last=len(before) - 1,
                    place=place,
                )
            order = [bookmark for bookmark in before if bookmark is not moved]
            order.insert(place, moved)
            after = _numbered(order, now_ms())
            self.store.update(new for new, old in zip(after, order, strict=True) if new is not old)
            self._publish("channel_bookmark_sorted", channel_id, connection_id, bookmarks=after)
        return after

    def delete(self, channel_id: str, bookmark_id: str, *, connection_id: str = "") -> ChannelBookmark:
        """Mark a bookmark deleted and return it. Raises `BookmarkNotFound`."""
        with self._context.db.transaction():
            old = _find(self.store.lock(channel_id), bookmark_id, BookmarkNotFound.id)
            now = now_ms()
            gone = replace(old, update_at=now, delete_at=now)
            self.store.update([gone])
            self._publish("channel_bookmark_deleted", channel_id, connection_id, bookmark=gone)
        return gone

    def _publish(self, name: str, channel_id: str, connection_id: str, **data: Any) -> None:
        texts = {key: json.encode_str(value) for key, value in data.items()}
        audience = Broadcast(channel_id=channel_id, omit_connection_id=connection_id)
        self._context.publish(Event(name=name, data=texts, broadcast=audience))


def _find(bookmarks: list[ChannelBookmark], bookmark_id: str, error_id: str) -> ChannelBookmark:
    for bookmark in bookmarks:
        if bookmark.id == bookmark_id:
            return bookmark
    raise BookmarkNotFound(id=error_id)


def _patched(old: ChannelBookmark, patch: ChannelBookmarkPatch) -> ChannelBookmark:
    return replace(
        old,
        display_name=old.display_name if patch.display_name is None else patch.display_name,
        sort_order=old.sort_order if patch.sort_order is None else patch.sort_order,
        link_url=old.link_url if patch.link_url is None else patch.link_url or UNSET,
        image_url=old.image_url if patch.image_url is None else patch.image_url or UNSET,
        emoji=old.emoji if patch.emoji is None else patch.emoji or UNSET,
        file_id=old.file_id if patch.file_id is None else patch.file_id,
    )


def _numbered(order: list[ChannelBookmark], now: int) -> list[ChannelBookmark]:
    """Return them numbered from 0; those whose number stays are the same records."""
    return [
        bookmark if bookmark.sort_order == place else replace(bookmark, sort_order=place, update_at=now)
        for place, bookmark in enumerate(order)
    ]
