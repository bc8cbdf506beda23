"""Pictures that people choose for their accounts: made square and small, kept in the file store."""

from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest, TooLarge
from hubbub.core.contracts.files import FileStores
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User
from hubbub.core.pictures import BadPicture, square
from hubbub.plugins.users.service import Users

SIDE: Final = 128


class PictureTooLarge(TooLarge):
    id = "api.user.upload_profile_user.too_large.app_error"
    message = "The picture has more than {limit} bytes (FileSettings.MaxFileSize)."


class NoPicture(BadRequest):
    id = "api.user.upload_profile_user.no_file.app_error"
    message = "Send a multipart form with the file image."


class PictureRefused(BadRequest):
    id = "api.user.upload_profile_user.check_image_limits.app_error"
    message = "The picture can't be used: {why}."


class Pictures:
    """Files `users/<id>/profile.png` of the file store."""

    def __init__(self, context: PluginContext, users: Users) -> None:
        self._context = context
        self._users = users
        self._stores = FileStores(context)

    @property
    def settings(self) -> Any:
        """FileSettings."""
        return self._context.config.FileSettings

    def set(self, user_id: str, data: bytes) -> None:
        """Give an account a picture. Publishes `user_updated`. Raises `PictureRefused`, `NoFileStore`."""
        self._keep(user_id, self._made(data))

    def set_if_other(self, user_id: str, data: bytes) -> None:
        """Give an account a picture, unless it is the one it has. Raises `PictureRefused`, `NoFileStore`."""
        small = self._made(data)
        if self.of(self._users.get(user_id)) != small:
            self._keep(user_id, small)

    def _keep(self, user_id: str, small: bytes) -> None:
        self._stores.current.write(_path(user_id), [small])
        self._users.set_picture_time(user_id, now_ms())

    def _made(self, data: bytes) -> bytes:
        """Return the picture as it is kept."""
        try:
            small: bytes = self._context.tasks.run_in_thread(square, data, SIDE, self.settings.MaxImageResolution)
        except BadPicture as error:
            raise PictureRefused(why=str(error)) from error
        return small

    def bring(self, user_id: str, data: bytes) -> None:
        """Keep an account's picture and tell nobody: an import. Raises `PictureRefused`, `NoFileStore`."""
        self._stores.current.write(_path(user_id), [self._made(data)])

    def remove(self, user_id: str) -> None:
        """Give an account the generated picture again. Publishes `user_updated`."""
        self._users.set_picture_time(user_id, 0)
        if self._context.config.FileSettings.DriverName in self._stores.known:
            self._stores.current.remove(_path(user_id))

    def of(self, user: User) -> bytes | None:
        """Return the picture that somebody has chosen, None for nobody's."""
        if not user.last_picture_update:
            return None
        store = self._stores.known.get(self.settings.DriverName)
        try:
            return b"".join(store.read(_path(user.id))) if store is not None else None
        except FileNotFoundError:
            return None


def _path(user_id: str) -> str:
    return f"users/{user_id}/profile.png"
