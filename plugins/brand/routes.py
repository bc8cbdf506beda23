"""Operations on the site's picture: `brand/image.png` of the file store."""

import hashlib
from io import BytesIO
from typing import Final

from hubbub.core.contracts.errors import BadRequest, NotFound, TooLarge
from hubbub.core.contracts.files import FileStores
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Reply, Request, Router
from hubbub.core.http.picture import body_limit, read_picture
from hubbub.core.pictures import BadPicture, opened

PATH: Final = "brand/image.png"
MAX_AGE_S: Final = 24 * 3600
_ROUTE: Final = "/api/v4/brand/image"


class NoBrandImage(NotFound):
    id = "api.admin.get_brand_image.storage.app_error"
    message = "The site has no picture of its own."


class BrandImageTooLarge(TooLarge):
    id = "api.admin.upload_brand_image.too_large.app_error"
    message = "The picture has more than {limit} bytes (FileSettings.MaxFileSize)."


class NoPicture(BadRequest):
    id = "api.admin.upload_brand_image.no_file.app_error"
    message = "Send a multipart form with the file image."


class PictureRefused(BadRequest):
    id = "api.admin.upload_brand_image.check_image_limits.app_error"
    message = "The picture can't be used: {why}."


def as_png(data: bytes, max_pixels: int) -> bytes:
    """Return a picture as a PNG. Raises `BadPicture`."""
    with opened(data, max_pixels) as image:
        out = BytesIO()
        image.save(out, "PNG")
        return out.getvalue()


class BrandRoutes:
    """Parse, authorise, keep or show the picture."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._stores = FileStores(context)

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(_ROUTE, self.get, auth="none")
        router.post(_ROUTE, self.set, status=201, body_limit=body_limit)
        router.delete(_ROUTE, self.remove)

    def get(self, req: Request) -> Reply:
        """GET /brand/image: for everybody, also before they sign in."""
        data = self._read()
        headers = {"Cache-Control": f"max-age={MAX_AGE_S}, public"}
        return Reply(data, headers=headers, etag=hashlib.sha256(data).hexdigest()[:32], content_type="image/png")

    def set(self, req: Request) -> object:
        """POST /brand/image."""
        self._permissions.require(req.session, Permission.EDIT_BRAND)
        settings = self._context.config.FileSettings
        data = read_picture(req, settings, too_large=BrandImageTooLarge, missing=NoPicture)
        store = self._stores.current
        try:
            png = self._context.tasks.run_in_thread(as_png, data, settings.MaxImageResolution)
        except BadPicture as error:
            raise PictureRefused(why=str(error)) from error
        store.write(PATH, [png])
        return OK

    def remove(self, req: Request) -> object:
        """DELETE /brand/image."""
        self._permissions.require(req.session, Permission.EDIT_BRAND)
        self._read()
        self._stores.current.remove(PATH)
        return OK

    def _read(self) -> bytes:
        store = self._stores.known.get(self._context.config.FileSettings.DriverName)
        if store is None:
            raise NoBrandImage
        try:
            return b"".join(store.read(PATH))
        except FileNotFoundError as error:
            raise NoBrandImage from error
