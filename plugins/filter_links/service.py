"""Finds links, and decides by their host."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.posts import Post
from hubbub.core.filtering import texts_of, with_texts
from hubbub.plugins.filter_links.config import LinksSettings

REMOVED: Final = "[link removed]"
# What clients make links of: addresses with a scheme, www., and the targets of Markdown links.
_LINK: Final = re.compile(
    r"(?P<address>[a-z][a-z0-9+.-]{0,20}:[/\\]{2}[^\s<>\"`]+)"
    r"|(?P<www>(?<![\w@.])www\d{0,3}\.[^\s<>\"`]+)"
    r"|\]\(\s*<?(?P<inline>[^\s<>()]+)"
    r"|^[ ]{0,3}\[[^\]\n]{1,200}\]:\s*<?(?P<reference>[^\s<>]+)",
    re.IGNORECASE | re.MULTILINE,
)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_HARMLESS: Final = frozenset({"mailto", "tel", "mattermost"})


class Links:
    """The rule, made of the settings. Raises `ValueError` for what is no domain."""

    def __init__(self, settings: LinksSettings) -> None:
        self.settings = settings
        self._allowed = frozenset(_domain(text) for text in settings.AllowedDomains)

    def check(self, post: Post) -> Post:
        """Return the post without links to other sites. Raises `Rejected` that names the first one."""
        if self.settings.Action == "mask":
            return with_texts(post, self._without)
        for text in texts_of(post):
            for _start, _end, link in self._refused(text):
                host = host_of(link) or link[:60]
                raise Rejected(f"Messages can't link to {host} here. Allowed are: {self._names()}.")
        return post

    def _names(self) -> str:
        return ", ".join(sorted(self._allowed)[:10]) or "no sites at all"

    def _without(self, text: str) -> str:
        for start, end, _link in reversed(list(self._refused(text))):
            text = text[:start] + REMOVED + text[end:]
        return text

    def _refused(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where links to other sites are."""
        for found in _LINK.finditer(text):
            kind = found.lastgroup or "address"
            link = found[kind]
            if not self._is_allowed(link, with_host=kind in ("address", "www")):
                yield *found.span(kind), link

    def _is_allowed(self, link: str, *, with_host: bool) -> bool:
        scheme = _SCHEME.match(link)
        if scheme is not None and not re.match(r"[a-z0-9+.-]*:[/\\]", link, re.IGNORECASE):
            # javascript:, data: and the like name no site; a port is no scheme.
            return scheme[1].lower() in _HARMLESS or (
                not with_host and link[len(scheme[0]) :][:1].isdigit() and self._knows(host_of(link))
            )
        if not with_host and scheme is None and link[:1] in "/#?" and link[:2] not in ("//", "/\\"):
            return True  # a place on this site
        return self._knows(host_of(link))

    def _knows(self, host: str) -> bool:
        labels = host.split(".")
        return bool(host) and any(".".join(labels[place:]) in self._allowed for place in range(len(labels)))


def host_of(link: str) -> str:
    """Return the host that a browser would go to, in ASCII; "" when that can't be told."""
    # SECURITY: as browsers read it: backslashes are slashes, escapes count, whoever is before the @ is no host.
    rest = _SCHEME.sub("", link, count=1) if re.match(r"[a-z][a-z0-9+.-]*:[/\\]", link, re.IGNORECASE) else link
    rest = rest.replace("\\", "/").lstrip("/")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = unquote(authority.rpartition("@")[2])
    if host.startswith("["):
        return ""  # an address of IPv6 is no site's name
    host = host.partition(":")[0].rstrip(".")
    host = host.rstrip(")]},;!'*_~") if not _HOST.fullmatch(host) else host
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return plain if _HOST.fullmatch(plain) else ""


def _domain(text: str) -> str:
    host = host_of(text.strip().removeprefix("*.").removeprefix("."))
    if not host or "/" in text or "." not in host:
        raise ValueError(f"AllowedDomains has {text!r}: write a domain, like example.com, without https:// and paths")
    return host
