"""Operations that read posts."""

from hubbub.core.contracts.channels import OPEN, ChannelService
from hubbub.core.contracts.errors import BadRequest, InvalidUrlParam, NotFound, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostList, PostNotFound
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.core.http import Reply, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.posts.embeds import hide_integrations
from hubbub.plugins.posts.lists import ListOptions
from hubbub.plugins.posts.service import Posts
from hubbub.plugins.posts.thread_pages import read_thread_page

MAX_IDS = 1000


class PostListRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, posts: Posts) -> None:
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._preferences = context.service(PreferenceService)
        self._teams = context.service(TeamService)
        self._posts = posts

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/posts/{post_id}", self.get)
        router.get("/api/v4/posts/{post_id}/thread", self.thread)
        router.get("/api/v4/posts/{post_id}/edit_history", self.edit_history)
        router.get("/api/v4/posts/{post_id}/info", self.info)
        router.post("/api/v4/posts/ids", self.get_by_ids)
        router.get("/api/v4/channels/{channel_id}/posts", self.of_channel)
        router.get("/api/v4/channels/{channel_id}/pinned", self.pinned)
        router.get("/api/v4/users/{user_id}/channels/{channel_id}/posts/unread", self.around_unread)
        router.get("/api/v4/users/{user_id}/posts/flagged", self.flagged)

    def _require_read(self, session: Session, channel_id: str) -> None:
        if not self._posts.may_read(session, channel_id):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)

    def get(self, req: Request, post_id: str) -> object:
        """GET /posts/{post_id}."""
        include_deleted = req.query_bool("include_deleted")
        if include_deleted:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        post = self._posts.readable(req.session, post_id, include_deleted=include_deleted)
        etag = f"{post.id}.{post.update_at}.{post.reply_count}"
        if req.etag_matches(etag):
            return Reply(None, status=304, etag=etag)
        shown = self._posts.lists.shown([post], req.session)
        if not shown:
            raise PostNotFound
        return Reply(shown[0], etag=etag)

    def get_by_ids(self, req: Request) -> object:
        """POST /posts/ids."""
        ids = req.read_list(str, name="post_ids")
        if not ids or len(ids) > MAX_IDS:
            raise BadRequest(
                "Between 1 and {max} post ids can be asked for.",
                id="api.post.posts_by_ids.invalid_body.request_error",
                max=MAX_IDS,
            )
        posts = self._posts.get_many(ids)
        readable: dict[str, bool] = {}
        shown = []
        for post in (posts[post_id] for post_id in dict.fromkeys(ids) if post_id in posts):
            allowed = readable.get(post.channel_id)
            if allowed is None:
                allowed = readable[post.channel_id] = self._posts.may_read(req.session, post.channel_id)
            if allowed:
                shown.append(post)
        if not shown:
            raise PostNotFound
        return self._posts.lists.shown(shown, req.session)

    def thread(self, req: Request, post_id: str) -> object:
        """GET /posts/{post_id}/thread."""
        post = self._posts.readable(req.session, post_id)
        options = _options(req)
        found = self._posts.lists.thread(post, read_thread_page(req), options)
        return self._posts.lists.seen_by(req.session, found, options)

    def edit_history(self, req: Request, post_id: str) -> object:
        """GET /posts/{post_id}/edit_history."""
        post = self._posts.get(post_id)
        self._permissions.require_channel(req.session, post.channel_id, Permission.EDIT_POST)
        if post.user_id != req.user_id:
            raise PermissionDenied(Permission.EDIT_POST)
        edits = self._posts.store.edits(post_id)
        if not edits:
            raise NotFound("The post was never edited.", id="app.post.get.app_error")
        for edit in edits:
            hide_integrations(edit)
        return edits

    def info(self, req: Request, post_id: str) -> object:
        """GET /posts/{post_id}/info: where a post is, for those who may read it or could join to do so."""
        post = self._posts.get(post_id)
        channel = self._channels.get(post.channel_id)
        team = self._teams.get_many([channel.team_id]).get(channel.team_id) if channel.team_id else None
        joinable = (
            channel.type == OPEN
            and team is not None
            and team.allow_open_invite
            and self._permissions.has(req.session, Permission.JOIN_PUBLIC_TEAMS)
        )
        if not joinable and not self._posts.may_read(req.session, channel.id):
            # SECURITY: a post that can't be read must not be told from one that doesn't exist.
            raise PostNotFound
        return {
            "channel_id": channel.id,
            "channel_type": channel.type,
            "channel_display_name": channel.display_name,
            "has_joined_channel": self._channels.is_member(channel.id, req.user_id),
            "team_id": channel.team_id,
            "team_type": team.type if team else "",
            "team_display_name": team.display_name if team else "",
            "has_joined_team": team is not None and team.id in self._teams.team_ids_of(req.user_id),
        }

    def of_channel(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/posts."""
        session = req.session
        self._require_read(session, channel_id)
        options = _options(req)
        if options.include_deleted:
            self._permissions.require(session, Permission.READ_DELETED_POSTS)
        since = req.query_int("since", 0)
        lists = self._posts.lists
        if since > 0:
            return lists.seen_by(req.session, lists.since(channel_id, since, options), options)
        after, before = _post_id(req, "after"), _post_id(req, "before")
        page = req.page()
        version = f"{lists.version(channel_id)}.{page.page}.{page.per_page}.{options.flags}{before}.{after}"
        etag = f"{version}.{lists.version(req.user_id)}" if options.collapsed_threads else version
        if req.etag_matches(etag):
            return Reply(None, status=304, etag=etag)
        found: PostList | bytes
        if after or before:
            found = lists.around(channel_id, after or before, page.page, page.per_page, options, before=not after)
        elif page.page == 0 and not options.include_deleted:
            found = lists.newest_page(channel_id, page.per_page, options, version)
        else:
            found = lists.page(channel_id, page.page, page.per_page, options)
        return Reply(lists.seen_by(req.session, found, options), etag=etag)

    def around_unread(self, req: Request, user_id: str, channel_id: str) -> object:
        """GET /users/{user_id}/channels/{channel_id}/posts/unread."""
        self._permissions.require_user(req.session, user_id)
        self._permissions.require_channel(req.session, channel_id, Permission.READ_CHANNEL_CONTENT)
        limit_after = min(req.query_int("limit_after", 60), 200)
        if limit_after < 1:
            raise InvalidUrlParam("limit_after")
        limit_before = max(0, min(req.query_int("limit_before", 60), 200))
        options = _options(req)
        found = self._posts.lists.around_unread(channel_id, user_id, limit_before, limit_after, options)
        return self._posts.lists.seen_by(req.session, found, options)

    def pinned(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/pinned."""
        self._require_read(req.session, channel_id)
        return self._posts.lists.of(self._posts.store.pinned(channel_id), req.session)

    def flagged(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/posts/flagged."""
        self._permissions.require_user(req.session, user_id)
        team_id, channel_id, page = req.query("team_id"), req.query("channel_id"), req.page()
        saved = self._preferences.category(user_id, "flagged_post")
        posts = self._posts.get_many(entry.name for entry in saved if entry.value == "true")
        channels = self._channels.get_many({post.channel_id for post in posts.values()})
        shown = [
            post
            for post in posts.values()
            if post.channel_id in channels
            and (not channel_id or post.channel_id == channel_id)
            and (not team_id or channels[post.channel_id].team_id in (team_id, ""))
            and self._posts.may_read(req.session, post.channel_id)
        ]
        shown.sort(key=lambda post: (post.create_at, post.id), reverse=True)
        return self._posts.lists.of(shown[page.offset : page.offset + page.limit], req.session)


def _post_id(req: Request, name: str) -> str:
    value = req.query(name)
    if value and not is_valid_id(value):
        raise InvalidUrlParam(name)
    return value


def _options(req: Request) -> ListOptions:
    return ListOptions(
        collapsed_threads=req.query_bool("collapsedThreads"),
        extended=req.query_bool("collapsedThreadsExtended"),
        skip_threads=req.query_bool("skipFetchThreads"),
        include_deleted=req.query_bool("include_deleted"),
    )
