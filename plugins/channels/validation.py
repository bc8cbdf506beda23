"""Which channels are valid: names, lengths, types."""

import re
from typing import Final

from hubbub.core.contracts.channels import DIRECT, GROUP, OPEN, PRIVATE, Channel
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.ids import is_valid_id

TYPES: Final = (OPEN, PRIVATE, DIRECT, GROUP)
_NAME = re.compile(r"[a-z0-9]+([a-z\-_0-9]+|(__)?)[a-z0-9]*").fullmatch
_GROUP_NAME = re.compile(r"[0-9a-f]{40}").fullmatch
_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})").fullmatch
_LENGTHS: Final = (("display_name", 64), ("header", 1024), ("purpose", 250))


class InvalidChannel(BadRequest):
    id = "model.channel.is_valid.1_or_more.app_error"
    message = "The channel is not valid."


def check(channel: Channel) -> None:
    """Raise `InvalidChannel` naming what is wrong."""
    if channel.type not in TYPES:
        raise InvalidChannel("A channel's type is O, P, D or G.", id="model.channel.is_valid.type.app_error")
    if not _NAME(channel.name) or len(channel.name.encode()) > 64:
        raise InvalidChannel(
            "A channel's URL name has 1 to 64 lower-case letters, digits, dashes and underscores.",
            id="model.channel.is_valid.1_or_more.app_error",
        )
    if channel.type in (OPEN, PRIVATE) and (_GROUP_NAME(channel.name) or _is_direct_name(channel.name)):
        raise InvalidChannel(
            "The URL name looks like that of a direct or group channel.", id="model.channel.is_valid.name.app_error"
        )
    for field, limit in _LENGTHS:
        if len(getattr(channel, field)) > limit:
            raise InvalidChannel(
                "The channel's {field} has more than {limit} characters.",
                id=f"model.channel.is_valid.{field}.app_error",
                field=field,
                limit=limit,
            )
    if channel.banner_info is not None:
        _check_banner(channel.banner_info)


def _check_banner(banner: dict[str, object]) -> None:
    if not banner.get("enabled"):
        return
    text, colour = banner.get("text"), banner.get("background_color")
    if not isinstance(text, str) or not 1 <= len(text.encode()) <= 1024:
        raise InvalidChannel(
            "A banner's text has 1 to 1,024 bytes.",
            id="model.channel.is_valid.banner_info.text.invalid_length.app_error",
        )
    if not isinstance(colour, str) or not _COLOUR(colour):
        raise InvalidChannel(
            "A banner's colour is #rgb or #rrggbb.",
            id="model.channel.is_valid.banner_info.background_color.invalid.app_error",
        )


def _is_direct_name(name: str) -> bool:
    first, separator, second = name.partition("__")
    return bool(separator) and is_valid_id(first) and is_valid_id(second)
