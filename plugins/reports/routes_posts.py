"""The report on a channel's posts, page by page (`POST /reports/posts`)."""

import base64
import binascii
from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, NotFound
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.http import Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.reports.posts_store import ReportedPosts, WantedPosts

PER_PAGE_MAXIMUM: Final = 1000
TIME_FIELDS: Final = ("create_at", "update_at")
DIRECTIONS: Final = ("asc", "desc")
CURSOR_MAXIMUM: Final = 1000


class PostReportBody(WantedPosts, kw_only=True):
    """What is asked for; `cursor` is where the page before ended, with everything that was asked for then."""

    cursor: str = ""
    include_metadata: bool = False


class InvalidCursor(BadRequest):
    id = "model.post.query_params.invalid_cursor"
    message = "The cursor is not one that an earlier page gave: begin anew without a cursor."


class NoSuchChannel(NotFound):
    id = "api.post.get_posts_for_reporting.channel_not_found"
    message = "There is no such channel."


class PostReportRoutes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: PluginContext, store: ReportedPosts) -> None:
        self._permissions = context.service(PermissionService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._store = store

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.post("/api/v4/reports/posts", self.posts)

    def posts(self, req: Request) -> dict[str, Any]:
        """POST /reports/posts."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        body = req.read(PostReportBody, name="body")
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        if not self._channels.get_many([body.channel_id]):
            raise NoSuchChannel
        wanted = _wanted(body)
        ids = self._store.page(wanted)
        shown, more = ids[: wanted.per_page], len(ids) > wanted.per_page
        found = self._posts.get_many(shown, include_deleted=True)
        posts = [found[post_id] for post_id in shown if post_id in found]
        if body.include_metadata:
            posts = self._posts.shown(posts, session=req.session)
        answer: dict[str, Any] = {"posts": posts}
        if more and posts:
            answer["next_cursor"] = {"cursor": _cursor_after(found[shown[-1]], wanted)}
        return answer


def _wanted(body: PostReportBody) -> WantedPosts:
    """Return what is asked for; a cursor beats the rest of the body. Raises `InvalidBodyParam`, `InvalidCursor`."""
    if body.time_field not in TIME_FIELDS:
        raise InvalidBodyParam("time_field")
    if body.sort_direction not in DIRECTIONS:
        raise InvalidBodyParam("sort_direction")
    if not 1 <= body.per_page <= PER_PAGE_MAXIMUM:
        raise InvalidBodyParam("per_page")
    if not body.cursor:
        return body
    try:
        if len(body.cursor) > CURSOR_MAXIMUM:
            raise InvalidCursor
        wanted = json.decode(base64.urlsafe_b64decode(body.cursor.encode()), WantedPosts)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise InvalidCursor from error
    # SECURITY: a cursor is the client's text; what it says is checked like a body.
    known = wanted.time_field in TIME_FIELDS and wanted.sort_direction in DIRECTIONS
    if wanted.channel_id != body.channel_id or not known or not is_valid_id(wanted.after_id):
        raise InvalidCursor
    wanted.per_page = body.per_page
    return wanted


def _cursor_after(post: Post, wanted: WantedPosts) -> str:
    place = {"start_time": getattr(post, wanted.time_field), "after_id": post.id}
    asked = {field: getattr(wanted, field) for field in WantedPosts.__struct_fields__}
    return base64.urlsafe_b64encode(json.encode(WantedPosts(**{**asked, **place}))).decode()
