"""Routes of profile pictures: chosen ones, and those that are generated for everybody else."""

from typing import Any, Final

from hubbub.core.contracts.bots import BotService, require_account
from hubbub.core.http.picture import body_limit, read_picture
from hubbub.core.http.reply import OK, Reply
from hubbub.core.http.request import Request
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.avatars import default_avatar, initial_of
from hubbub.plugins.users.elsewhere import Elsewhere
from hubbub.plugins.users.pictures import NoPicture, Pictures, PictureTooLarge
from hubbub.plugins.users.service import Users

MAX_AGE_S: Final = 24 * 3600
_BASE: Final = "/api/v4/users/{user_id}/image"


class ImageRoutes:
    """Handlers of /users/{user_id}/image."""

    def __init__(
        self, users: Users, access: Access, pictures: Pictures, bots: BotService, elsewhere: Elsewhere
    ) -> None:
        self._elsewhere = elsewhere
        self._users = users
        self._access = access
        self._pictures = pictures
        self._permissions = access.permissions
        self._bots = bots

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.get(_BASE, self.get_image)
        router.post(_BASE, self.set_image, body_limit=body_limit)
        router.delete(_BASE, self.remove_image)
        router.get(f"{_BASE}/default", self.get_default_image)

    def get_image(self, req: Request, user_id: str) -> Reply:
        """Return the picture of an account."""
        self._access.require_visible(req.session, user_id)
        user = self._users.get(user_id)
        tag = f"{user.id}.{user.last_picture_update or 0}"
        if user.last_picture_update and req.etag_matches(tag):
            return Reply(None, 304, etag=tag)
        chosen = self._pictures.of(user)
        if chosen is None:
            return self.get_default_image(req, user_id)
        headers = {"Cache-Control": f"max-age={MAX_AGE_S}, private"}
        return Reply(chosen, headers=headers, etag=tag, content_type="image/png")

    def set_image(self, req: Request, user_id: str) -> object:
        """Give an account another picture."""
        require_account(self._permissions, self._bots, req.session, user_id)
        self._elsewhere.require_own_picture(self._users.get(user_id))
        data = read_picture(req, self._pictures.settings, too_large=PictureTooLarge, missing=NoPicture)
        self._pictures.set(user_id, data)
        return OK

    def remove_image(self, req: Request, user_id: str) -> object:
        """Give an account the generated picture again."""
        require_account(self._permissions, self._bots, req.session, user_id)
        self._elsewhere.require_own_picture(self._users.get(user_id))
        self._pictures.remove(user_id)
        return OK

    def get_default_image(self, req: Request, user_id: str) -> Reply:
        """Return the generated picture of an account."""
        self._access.require_visible(req.session, user_id)
        user = self._users.get(user_id)
        headers = {"Cache-Control": f"max-age={MAX_AGE_S}, private"}
        tag = f"{user.id}.{initial_of(user)}"
        return Reply(default_avatar(user), headers=headers, etag=tag, content_type="image/png")
