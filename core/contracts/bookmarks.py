"""Bookmarks: links that the members of a channel keep at its top."""

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core.contracts.files import FileInfo

LINK: Final = "link"
FILE: Final = "file"


class ChannelBookmark(msgspec.Struct, kw_only=True):
    """A link or file at the top of a channel, the lowest `sort_order` first. `type` is link or file. Times in ms.

    Whoever changes somebody else's becomes the owner of a new one, whose `original_id` is the one before.
    """

    id: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    channel_id: str = ""
    owner_id: str = ""
    file_id: str = ""
    display_name: str = ""
    sort_order: int = 0
    link_url: str | UnsetType = UNSET
    image_url: str | UnsetType = UNSET
    emoji: str | UnsetType = UNSET
    type: str = LINK
    original_id: str | UnsetType = UNSET
    parent_id: str | UnsetType = UNSET
    file: FileInfo | UnsetType = UNSET


class ChannelBookmarkPatch(msgspec.Struct, kw_only=True):
    """Fields to change; None leaves a field as it is."""

    file_id: str | None = None
    display_name: str | None = None
    sort_order: int | None = None
    link_url: str | None = None
    image_url: str | None = None
    emoji: str | None = None


class UpdateChannelBookmarkResponse(msgspec.Struct, kw_only=True):
    """The bookmark as it is now, and the one that it takes the place of, if the owner is another."""

    updated: ChannelBookmark
    deleted: ChannelBookmark | UnsetType = UNSET
