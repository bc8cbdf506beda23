"""Operations that create, change and delete posts."""

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, NotImplementedYet
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostPatch, client_props, require_create_post
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.posts.service import Posts


class PostBody(msgspec.Struct, kw_only=True):
    """What a client may say about a new post."""

    channel_id: str = ""
    message: str = ""
    root_id: str = ""
    file_ids: list[str] = msgspec.field(default_factory=list)
    props: dict[str, object] = msgspec.field(default_factory=dict)
    pending_post_id: str = ""
    create_at: int = 0
    type: str = ""
    metadata: dict[str, object] = msgspec.field(default_factory=dict)


class PostUpdateBody(PostPatch, kw_only=True):
    """A whole post; only what may change is read."""

    id: str = ""


class EphemeralBody(msgspec.Struct, kw_only=True):
    """Who is to see what."""

    user_id: str = ""
    post: PostBody = msgspec.field(default_factory=PostBody)


class UnreadBody(msgspec.Struct, kw_only=True):
    collapsed_threads_supported: bool = False


class PostRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, posts: Posts) -> None:
        self._config = context.config_store
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._posts = posts

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/posts", self.create, status=201)
        router.post("/api/v4/posts/ephemeral", self.create_ephemeral, status=201)
        router.put("/api/v4/posts/{post_id}", self.update)
        router.put("/api/v4/posts/{post_id}/patch", self.patch)
        router.delete("/api/v4/posts/{post_id}", self.delete)
        router.post("/api/v4/posts/{post_id}/restore/{restore_version_id}", self.restore)
        router.post("/api/v4/posts/{post_id}/pin", self.pin)
        router.post("/api/v4/posts/{post_id}/unpin", self.unpin)
        router.post("/api/v4/users/{user_id}/posts/{post_id}/set_unread", self.set_unread)

    def create(self, req: Request) -> object:
        """POST /posts."""
        body = req.read(PostBody, name="post")
        session = req.session
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        require_create_post(self._permissions, self._channels, session, body.channel_id)
        if body.create_at and not self._permissions.has(session, Permission.MANAGE_SYSTEM):
            body.create_at = 0
        if body.create_at < 0 or body.create_at > now_ms() + 86_400_000:
            raise InvalidBodyParam("create_at")
        if body.type.startswith("system_") or body.type == "burn_on_read":
            raise InvalidBodyParam("type")
        post = self._posts.create(
            _to_post(body, session),
            session=session,
            connection_id=req.connection_id,
            set_online=req.query_bool("set_online", True),
        )
        return self._seen(session, post)

    def _seen(self, session: Session, post: Post) -> Post:
        """Return a new or changed post as its author sees it: with the preview of a post that it links to."""
        return self._posts.lists.previews.seen_by(session, [post]).get(post.id, post)

    def create_ephemeral(self, req: Request) -> object:
        """POST /posts/ephemeral."""
        body = req.read(EphemeralBody)
        if not is_valid_id(body.user_id):
            raise InvalidBodyParam("user_id")
        if not is_valid_id(body.post.channel_id):
            raise InvalidBodyParam("channel_id")
        self._permissions.require(req.session, Permission.CREATE_POST_EPHEMERAL)
        return self._posts.send_ephemeral(_to_post(body.post, req.session), body.user_id)

    def update(self, req: Request, post_id: str) -> object:
        """PUT /posts/{post_id}."""
        body = req.read(PostUpdateBody, name="post")
        if body.id != post_id:
            raise InvalidBodyParam("id")
        return self._edit(req, post_id, body)

    def patch(self, req: Request, post_id: str) -> object:
        """PUT /posts/{post_id}/patch."""
        return self._edit(req, post_id, req.read(PostPatch, name="post"))

    def _edit(self, req: Request, post_id: str, patch: PostPatch) -> object:
        post = self._posts.get(post_id)
        self._require_edit(req.session, post)
        if patch.is_pinned is not None and patch.is_pinned != post.is_pinned:
            self._permissions.require_channel(req.session, post.channel_id, Permission.READ_CHANNEL_CONTENT)
        if set(patch.file_ids or ()) - set(post.file_ids):
            self._permissions.require_channel(req.session, post.channel_id, Permission.UPLOAD_FILE)
        props = None if patch.props is None else client_props(patch.props, req.session, post.props)
        changed = PostPatch(is_pinned=patch.is_pinned, message=patch.message, props=props, file_ids=patch.file_ids)
        return self._seen(req.session, self._posts.patch(post_id, changed, editor_id=req.user_id))

    def _require_edit(self, session: Session, post: Post) -> None:
        self._permissions.require_channel(session, post.channel_id, Permission.EDIT_POST)
        if post.user_id != session.user_id:
            self._permissions.require_channel(session, post.channel_id, Permission.EDIT_OTHERS_POSTS)
        if post.type.startswith("system_"):
            raise BadRequest("A system message can't be edited.", id="api.post.update_post.system_message.app_error")
        limit = self._config.current.ServiceSettings.PostEditTimeLimit
        if limit >= 0 and now_ms() > post.create_at + limit * 1000:
            raise BadRequest(
                "Posts can be edited for {seconds} seconds only.",
                id="api.post.update_post.permissions_time_limit.app_error",
                seconds=limit,
            )

    def delete(self, req: Request, post_id: str) -> object:
        """DELETE /posts/{post_id}."""
        post = self._posts.get(post_id)
        own = post.user_id == req.user_id
        needed = Permission.DELETE_POST if own else Permission.DELETE_OTHERS_POSTS
        self._permissions.require_channel(req.session, post.channel_id, needed)
        if req.query_bool("permanent"):
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
            raise NotImplementedYet(
                "Posts can only be marked as deleted: deleting them for good is not offered.",
                id="api.post.delete_post.not_enabled.app_error",
            )
        self._posts.delete(post_id, actor_id=req.user_id)
        return OK

    def restore(self, req: Request, post_id: str, restore_version_id: str) -> object:
        """POST /posts/{post_id}/restore/{restore_version_id}: an earlier version becomes the text again."""
        version = self._posts.get(restore_version_id, include_deleted=True)
        if version.original_id != post_id:
            raise BadRequest(
                "This is not an earlier version of the post.",
                id="app.post.restore_post_version.not_an_history_item.app_error",
            )
        return self._edit(req, post_id, PostPatch(message=version.message, file_ids=version.file_ids))

    def pin(self, req: Request, post_id: str) -> object:
        """POST /posts/{post_id}/pin."""
        return self._set_pinned(req, post_id, True)

    def unpin(self, req: Request, post_id: str) -> object:
        """POST /posts/{post_id}/unpin."""
        return self._set_pinned(req, post_id, False)

    def _set_pinned(self, req: Request, post_id: str, pinned: bool) -> object:
        post = self._posts.get(post_id)
        self._permissions.require_channel(req.session, post.channel_id, Permission.READ_CHANNEL_CONTENT)
        if post.is_pinned != pinned:
            self._posts.patch(post_id, PostPatch(is_pinned=pinned), editor_id=req.user_id)
        return OK

    def set_unread(self, req: Request, user_id: str, post_id: str) -> object:
        """POST /users/{user_id}/posts/{post_id}/set_unread."""
        self._permissions.require_user(req.session, user_id)
        post = self._posts.get(post_id)
        self._permissions.require_channel(req.session, post.channel_id, Permission.READ_CHANNEL_CONTENT)
        member = self._posts.unread.mark(user_id, post, collapsed_threads_supported=_supports_threads(req))
        return {
            "team_id": self._channels.get(post.channel_id).team_id,
            "user_id": user_id,
            "channel_id": post.channel_id,
            "msg_count": member.msg_count,
            "msg_count_root": member.msg_count_root,
            "mention_count": member.mention_count,
            "mention_count_root": member.mention_count_root,
            "urgent_mention_count": member.urgent_mention_count,
            "last_viewed_at": member.last_viewed_at,
        }


def _supports_threads(req: Request) -> bool:
    """Say whether a client says that it has collapsed threads: older ones send no body, or anything."""
    try:
        body: UnreadBody = json.decode(req.read_bytes(), UnreadBody)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return body.collapsed_threads_supported


def _to_post(body: PostBody, session: Session) -> Post:
    return Post(
        user_id=session.user_id,
        channel_id=body.channel_id,
        root_id=body.root_id,
        message=body.message,
        props=client_props(body.props, session),
        file_ids=body.file_ids,
        pending_post_id=body.pending_post_id,
        create_at=body.create_at,
        type=body.type,
        metadata=body.metadata,
    )
