"""Addresses of pictures: through the proxy for readers, and back as they were for what is stored."""

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, unquote

import msgspec

from hubbub.core.contracts.posts import Post

_IMAGE: Final = re.compile(r"(!\[[^\]\n]{0,500}\]\(\s*<?)(https?://[^\s)>]+)", re.I)
_ATTACHED: Final = ("image_url", "thumb_url", "author_icon", "footer_icon")
Change = Callable[[str], str]


class Addresses:
    """`site` is ServiceSettings.SiteURL; without one nothing is changed, since clients want whole addresses."""

    def __init__(self, site: str) -> None:
        self._site = site.rstrip("/")
        self._prefix = f"{self._site}/api/v4/image?url="

    def proxied(self, url: str) -> str:
        """Return a picture's address through the proxy."""
        own = not self._site or url.startswith(f"{self._site}/")
        return url if own or not url.startswith(("http://", "https://")) else self._prefix + quote(url, safe="")

    def original(self, url: str) -> str:
        """Return the address that was put through the proxy; any other as it is."""
        return unquote(url.removeprefix(self._prefix)) if self._site and url.startswith(self._prefix) else url

    def for_readers(self, post: Post) -> Post:
        """Return a copy of a post whose pictures come through the proxy; the post itself when it has none."""
        changed = _changed(post, self.proxied)
        if not post.metadata or not (post.metadata.get("images") or post.metadata.get("embeds")):
            return changed
        metadata = dict(post.metadata)
        if "images" in metadata:
            metadata["images"] = {self.proxied(url): size for url, size in metadata["images"].items()}
        if "embeds" in metadata:
            metadata["embeds"] = [self._embed(embed) for embed in metadata["embeds"]]
        return msgspec.structs.replace(changed, metadata=metadata)

    def as_stored(self, post: Post) -> Post:
        """Return a post as its author wrote it: clients send back what they were shown."""
        return _changed(post, self.original)

    def _embed(self, embed: dict[str, Any]) -> dict[str, Any]:
        if embed.get("type") == "image":
            return {**embed, "url": self.proxied(embed["url"])}
        if embed.get("type") != "opengraph" or not embed["data"].get("images"):
            return embed
        images = [
            {**image, "secure_url": self.proxied(image.get("secure_url") or image["url"])}
            for image in embed["data"]["images"]
        ]
        return {**embed, "data": {**embed["data"], "images": images}}


def _changed(post: Post, change: Change) -> Post:
    message = post.message
    if "](" in message:
        message = _IMAGE.sub(lambda found: found[1] + change(found[2]), message)
    attachments = post.props.get("attachments")
    changed = [_attachment(one, change) for one in attachments] if isinstance(attachments, list) else attachments
    if message == post.message and changed == attachments:
        return post
    props = post.props if changed == attachments else {**post.props, "attachments": changed}
    return msgspec.structs.replace(post, message=message, props=props)


def _attachment(attachment: Any, change: Change) -> Any:
    if not isinstance(attachment, dict):
        return attachment
    pictures = {key: change(url) for key in _ATTACHED if isinstance(url := attachment.get(key), str) and url}
    return {**attachment, **pictures}
