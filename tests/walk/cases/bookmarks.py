"""Operations of the plugin bookmarks."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

LINK: Final = {"display_name": "Example", "link_url": "https://example.com", "type": "link"}


def bookmark(world: World) -> Made:
    """Make a bookmark in a channel of bob's."""
    channel_id = world.new_channel()["id"]
    made = world.bob.post(f"/channels/{channel_id}/bookmarks", LINK, expect=201).json
    return {"channel_id": channel_id, "bookmark_id": made["id"]}


def channel(world: World) -> Made:
    """Make a channel, for there are only so many bookmarks in each."""
    return {"channel_id": world.new_channel()["id"]}


CASES: Final = [
    Case(operation="ListChannelBookmarksForChannel", make=bookmark),
    Case(operation="CreateChannelBookmark", make=channel, body=LINK),
    Case(operation="UpdateChannelBookmark", make=bookmark, body={"display_name": "Renamed"}),
    Case(operation="UpdateChannelBookmarkSortOrder", make=bookmark, body=lambda _: 0),
    Case(operation="DeleteChannelBookmark", make=bookmark),
]
