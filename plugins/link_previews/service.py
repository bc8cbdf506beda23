"""What is shown below a post for its links, and when it is looked for."""

from collections import deque
from collections.abc import Collection, Iterable
from typing import Any, Final

from gevent.pool import Group

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostNotFound, PostService
from hubbub.plugins.link_previews import links
from hubbub.plugins.link_previews.fetch import Fetcher
from hubbub.plugins.link_previews.links import Links
from hubbub.plugins.link_previews.store import HOUR_MS, Found, LinkStore

FRESH_MS: Final = 24 * HOUR_MS
"""For how long what was found at an address is good enough for another post (ms)."""
PARALLEL: Final = 8
WAITING: Final = 1000
"""Posts in line for their previews; of more than that, the oldest go without."""
PERMALINK: Final = "previewed_post"
HIDDEN: Final = "remove_link_preview"
"""The prop by which clients let an author take a preview away."""


class LinkPreviews:
    """Finds what posts link to after they are stored, and shows it with them."""

    def __init__(self, context: PluginContext, store: LinkStore, fetcher: Fetcher) -> None:
        self._context = context
        self._posts = context.service(PostService)
        self._store = store
        self._fetcher = fetcher
        # Also that an address isn't known, for a while: pages are read far more often than links are new.
        self._known = context.cache("links", max_items=10_000, ttl_s=3_600)
        self._waiting: deque[tuple[str, Links]] = deque(maxlen=WAITING)
        self._workers = Group()
        self._asking = Group()

    # --- reading ---

    def shown_with(self, posts: list[Post]) -> dict[str, dict[str, Any]]:
        """Return post id → `embeds` and `images` of what is known about its links.

        One query for what isn't cached, another for pictures of pages that are seen for the first time.
        """
        wanted = {post.id: found for post in posts if (found := self._links(post)) is not links.NONE}
        if not wanted:
            return {}
        known = self._get_many({url for found in wanted.values() for url in found.all})
        pictures = {url for one in known.values() for url in _pictures(one)} - known.keys()
        if pictures:
            known.update(self._get_many(pictures))
        shown = ((post_id, _metadata(found, known)) for post_id, found in wanted.items())
        return {post_id: metadata for post_id, metadata in shown if metadata}

    def _links(self, post: Post) -> Links:
        settings = self._context.config.ServiceSettings
        if not settings.EnableLinkPreviews or post.delete_at or post.type.startswith("system_"):
            return links.NONE
        found = links.of(post.message, post.props)
        if found is links.NONE:
            return found
        previewed = PERMALINK in post.props or str(post.props.get(HIDDEN, "")).lower() == "true"
        first = "" if previewed or not self._may_preview(found.first) else found.first
        images = tuple(url for url in found.images if self._may_preview(url))
        return Links(first, images) if first or images else links.NONE

    def _may_preview(self, url: str) -> bool:
        """Say whether an address is one of another site, and none of `RestrictLinkPreviews`."""
        settings = self._context.config.ServiceSettings
        host = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].casefold()
        site = settings.SiteURL.rstrip("/")
        if site and (url == site or url.startswith((f"{site}/", f"{site}?", f"{site}#"))):
            return False
        refused = settings.RestrictLinkPreviews.casefold().replace(",", " ").split()
        return bool(host) and not any(host == domain or host.endswith(f".{domain}") for domain in refused)

    def _get_many(self, urls: Iterable[str]) -> dict[str, Found]:
        def load(missing: list[str]) -> dict[str, Found | str]:
            found = self._store.get_many(missing)
            return {url: found.get(url, "") for url in missing}

        return {url: found for url, found in self._known.get_many(urls, load).items() if found}

    # --- looking ---

    def look_later(self, post: Post) -> None:
        """Look at a new or changed post's links, if it has any, and tell its readers what is there."""
        found = self._links(post)
        if found is not links.NONE:
            self._waiting.append((post.id, found))
            if len(self._workers) < PARALLEL:
                self._workers.spawn(self._work)

    @property
    def looking(self) -> bool:
        """Whether links are being looked at."""
        return len(self._workers) > 0

    def stop(self) -> None:
        """Give up what is being looked at: these posts go without a preview."""
        self._waiting.clear()
        self._workers.kill()
        self._asking.kill()

    def _work(self) -> None:
        while self._waiting:
            try:
                self._look(*self._waiting.popleft())
            except Exception:
                self._context.log.exception("a link's preview failed")

    def _unknown(self, urls: Collection[str]) -> list[str]:
        known = self._get_many(urls)
        oldest = now_ms() - FRESH_MS
        return [url for url in urls if url not in known or known[url].timestamp < oldest]

    def _look(self, post_id: str, wanted: Links) -> None:
        urls = wanted.all
        found = self._fetch_all(self._unknown(urls))
        self._fetch_all(self._unknown(dict.fromkeys(url for one in found for url in _pictures(one))))
        if any(one.type != "none" for one in self._get_many(urls).values()):
            try:
                with self._context.db.transaction():
                    self._posts.publish_edited(self._posts.touch(post_id))
            except PostNotFound:
                pass  # it was deleted meanwhile

    def _fetch_all(self, urls: list[str]) -> list[Found]:
        timestamp = now_ms() // HOUR_MS * HOUR_MS
        jobs = [self._asking.spawn(self._fetcher.fetch, url, timestamp) for url in urls]
        found = [job.get() for job in jobs]
        for one in found:
            self._store.save(one)
            self._known.invalidate(one.url)
        return found


def _pictures(found: Found) -> list[str]:
    """Return the addresses of a page's pictures: clients want to know how much room they take."""
    images = found.data.get("images") if found.type == "opengraph" else None
    return [str(image.get("secure_url") or image.get("url") or "") for image in images or []]


def _metadata(found: Links, known: dict[str, Found]) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    urls = [*found.images]
    first = known.get(found.first)
    if first is not None:
        metadata["embeds"] = [_embed(first)]
        urls += [first.url, *_pictures(first)]
    images = {url: known[url].data for url in urls if url in known and known[url].type == "image"}
    if images:
        metadata["images"] = images
    return metadata


def _embed(found: Found) -> dict[str, Any]:
    if found.type == "opengraph":
        return {"type": "opengraph", "url": found.url, "data": found.data}
    return {"type": "image" if found.type == "image" else "link", "url": found.url}
