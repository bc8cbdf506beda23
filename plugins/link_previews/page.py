"""What a page says about itself: the Open Graph protocol (ogp.me), with its title and description to fall back on."""

from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from hubbub.plugins.link_previews.links import MAX_IMAGES, MAX_URL

MAX_TEXT: Final = 300
"""Characters of a title, a description and the like that are kept."""
_SIZES: Final = ("width", "height")


class _Head(HTMLParser):
    """Collects `<meta>` and `<title>` up to the page's body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: list[tuple[str, str]] = []
        self.title = ""
        self.charset = ""
        self.done = False
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.done = True
        self._in_title = tag == "title" and not self.title
        if tag == "meta" and not self.done:
            found = {name: value or "" for name, value in attrs}
            self.meta.append(((found.get("property") or found.get("name") or "").lower(), found.get("content", "")))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title = (self.title + data)[: 2 * MAX_TEXT]


def text_of(body: bytes, content_type: str) -> str:
    """Return a page's text: in the charset of the header, else of its first `<meta>`, else UTF-8."""
    _, _, named = content_type.lower().partition("charset=")
    if not named:
        _, _, rest = body[:2048].lower().partition(b"charset=")
        named = rest.lstrip(b"\"' ").split(b'"')[0].split(b"'")[0].split(b">")[0].decode("ascii", "ignore")
    try:
        return body.decode(named.strip("\"' ;") or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def described(html: str, url: str) -> dict[str, Any]:
    """Return a page's Open Graph data as clients show it; {} when there is nothing to show. `url` is the link's."""
    head = _Head()
    for start in range(0, len(html), 16_384):
        head.feed(html[start : start + 16_384])
        if head.done:
            break
    first: dict[str, str] = {}
    for name, content in head.meta:
        first.setdefault(name, " ".join(content.split())[:MAX_TEXT])
    title = first.get("og:title") or first.get("twitter:title") or " ".join(head.title.split())[:MAX_TEXT]
    if not title:
        return {}
    return {
        "type": first.get("og:type", ""),
        "url": url,
        "title": title,
        "description": first.get("og:description") or first.get("twitter:description") or first.get("description", ""),
        "site_name": first.get("og:site_name", ""),
        "locale": first.get("og:locale", ""),
        "images": _images(head.meta, url) or None,
    }


def _images(meta: list[tuple[str, str]], url: str) -> list[dict[str, Any]]:
    """Return the pictures in the page's order, with whole addresses. Their own properties follow each."""
    found: list[dict[str, Any]] = []
    for name, content in meta:
        if name in ("og:image", "og:image:url") or (name == "twitter:image" and not found):
            if found and name == "og:image:url" and found[-1]["url"] == _whole(url, content):
                continue
            found.append({"url": _whole(url, content), "secure_url": "", "type": "", "width": 0, "height": 0})
        elif found and name == "og:image:secure_url":
            found[-1]["secure_url"] = _whole(url, content)
        elif found and name == "og:image:type":
            found[-1]["type"] = content[:64]
        elif found and name.startswith("og:image:") and name.rpartition(":")[2] in _SIZES:
            found[-1][name.rpartition(":")[2]] = int(content) if content.isdecimal() and len(content) < 6 else 0
    return [image for image in found if image["url"]][:MAX_IMAGES]


def _whole(base: str, address: str) -> str:
    """Return an address of http(s) as a whole, "" for any other: `javascript:` and `data:` must not get through."""
    try:
        whole = urljoin(base, address.strip())
        parts = urlsplit(whole)
    except ValueError:
        return ""
    return whole if parts.scheme in ("http", "https") and parts.hostname and len(whole) <= MAX_URL else ""
