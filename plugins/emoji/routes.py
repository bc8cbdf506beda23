"""Operations on custom emoji."""

from io import BytesIO
from typing import Any, Final

import falcon
import msgspec
from falcon.media.multipart import MultipartFormHandler, MultipartParseError

from hubbub.core.contracts.emoji import Emoji
from hubbub.core.contracts.errors import (
    BadRequest,
    Forbidden,
    InvalidBodyParam,
    InvalidUrlParam,
    PermissionDenied,
)
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.core.http import OK, Reply, Request, Router
from hubbub.plugins.emoji.images import MAX_BYTES
from hubbub.plugins.emoji.service import Emojis

MAX_NAMES: Final = 200
MAX_FOUND: Final = 200
MAX_COMPLETED: Final = 100
MAX_FORM_BYTES: Final = MAX_BYTES + (64 << 10)
_BASE: Final = "/api/v4/emoji"


class BadForm(BadRequest):
    id = "api.emoji.create.parse.app_error"
    message = "Send a multipart form with the fields emoji (JSON with name and creator_id) and image (a file)."


class EmojiSearch(msgspec.Struct, kw_only=True):
    """What to look for."""

    term: str = ""
    prefix_only: bool = False


class EmojiRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, emojis: Emojis) -> None:
        self._permissions = context.service(PermissionService)
        self._teams = context.service(TeamService)
        self._emojis = emojis

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post(_BASE, self.create, body_limit=MAX_FORM_BYTES)
        router.get(_BASE, self.page)
        router.post(f"{_BASE}/names", self.get_by_names)
        router.post(f"{_BASE}/search", self.search)
        router.get(f"{_BASE}/autocomplete", self.autocomplete)
        router.get(f"{_BASE}/name/{{emoji_name:text}}", self.get_by_name)
        router.get(f"{_BASE}/{{emoji_id}}", self.get)
        router.get(f"{_BASE}/{{emoji_id}}/image", self.image)
        router.delete(f"{_BASE}/{{emoji_id}}", self.delete)

    def create(self, req: Request) -> object:
        """POST /emoji."""
        self._emojis.require_enabled()
        self._require(req.session, Permission.CREATE_EMOJIS)
        emoji, image = _read_form(req)
        if emoji.creator_id != req.user_id:
            raise Forbidden("An emoji is made in one's own name only.", id="api.emoji.create.other_user.app_error")
        return self._emojis.create(emoji.name, req.user_id, image)

    def page(self, req: Request) -> object:
        """GET /emoji."""
        self._emojis.require_enabled()
        sort, page = req.query("sort"), req.page()
        if sort not in ("", "name"):
            raise InvalidUrlParam("sort")
        return self._emojis.page(page.offset, page.limit, by_name=sort == "name")

    def get_by_names(self, req: Request) -> object:
        """POST /emoji/names."""
        self._emojis.require_enabled()
        wanted = req.read_list(str, name="names")
        if len(wanted) > MAX_NAMES:
            raise BadRequest(
                "At most {max} names of emoji can be asked for at once.",
                id="api.emoji.get_multiple_by_name_too_many.request_error",
                max=MAX_NAMES,
            )
        return list(self._emojis.get_by_names(wanted).values())

    def search(self, req: Request) -> object:
        """POST /emoji/search."""
        self._emojis.require_enabled()
        wanted = req.read(EmojiSearch)
        if not wanted.term:
            raise InvalidBodyParam("term")
        return self._emojis.search(wanted.term, prefix_only=wanted.prefix_only, limit=MAX_FOUND)

    def autocomplete(self, req: Request) -> object:
        """GET /emoji/autocomplete."""
        self._emojis.require_enabled()
        name = req.query("name")
        if not name:
            raise InvalidUrlParam("name")
        return self._emojis.search(name, prefix_only=True, limit=MAX_COMPLETED)

    def get(self, req: Request, emoji_id: str) -> object:
        """GET /emoji/{emoji_id}."""
        self._emojis.require_enabled()
        return self._emojis.get(emoji_id)

    def get_by_name(self, req: Request, emoji_name: str) -> object:
        """GET /emoji/name/{emoji_name}."""
        self._emojis.require_enabled()
        return self._emojis.get_by_name(emoji_name)

    def image(self, req: Request, emoji_id: str) -> object:
        """GET /emoji/{emoji_id}/image."""
        self._emojis.require_enabled()
        data, type = self._emojis.image(emoji_id)
        return Reply(data, headers={"Cache-Control": "max-age=2592000, private"}, content_type=type)

    def delete(self, req: Request, emoji_id: str) -> object:
        """DELETE /emoji/{emoji_id}."""
        emoji = self._emojis.get(emoji_id)
        self._require(req.session, Permission.DELETE_EMOJIS)
        if emoji.creator_id != req.user_id:
            self._require(req.session, Permission.DELETE_OTHERS_EMOJIS)
        self._emojis.delete(emoji)
        return OK

    def _require(self, session: Session, permission: str) -> None:
        """Raise `PermissionDenied` unless the permission is granted in the system or in one of the user's teams."""
        if self._permissions.has(session, permission):
            return
        teams = self._teams.team_ids_of(session.user_id)
        if not any(self._permissions.has_team(session, team_id, permission) for team_id in teams):
            raise PermissionDenied(permission)


def _read_form(req: Request) -> tuple[Emoji, bytes]:
    """Return what the form's fields say. Raises `BadForm`, `TooLarge`."""
    found: dict[str, bytes] = {}
    body = req.read_bytes()
    form: Any = MultipartFormHandler()
    form.parse_options.max_body_part_buffer_size = MAX_FORM_BYTES
    try:
        for part in form.deserialize(BytesIO(body), req.content_type or "", len(body)):
            if part.name in ("emoji", "image"):
                found.setdefault(part.name, part.get_data())
        return msgspec.json.decode(found["emoji"], type=Emoji), found["image"]
    except (MultipartParseError, falcon.HTTPError, msgspec.MsgspecError, KeyError, ValueError) as error:
        raise BadForm(detailed_error=type(error).__name__) from error
