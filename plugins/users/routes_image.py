"""Routes of profile pictures. Uploading one needs the files plugin; until then everybody has the generated one."""

from typing import Any, Final

from hubbub.core.http.reply import Reply
from hubbub.core.http.request import Request
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.avatars import default_avatar, initial_of
from hubbub.plugins.users.service import Users

MAX_AGE_S: Final = 24 * 3600


class ImageRoutes:
    """Handlers of /users/{user_id}/image."""

    def __init__(self, users: Users, access: Access) -> None:
        self._users = users
        self._access = access

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.get("/api/v4/users/{user_id}/image", self.get_image)
        router.get("/api/v4/users/{user_id}/image/default", self.get_default_image)

    def get_image(self, req: Request, user_id: str) -> Reply:
        """Return the picture of an account."""
        return self.get_default_image(req, user_id)

    def get_default_image(self, req: Request, user_id: str) -> Reply:
        """Return the generated picture of an account."""
        self._access.require_visible(req.session, user_id)
        user = self._users.get(user_id)
        headers = {"Cache-Control": f"max-age={MAX_AGE_S}, private"}
        tag = f"{user.id}.{initial_of(user)}"
        return Reply(default_avatar(user), headers=headers, etag=tag, content_type="image/png")
