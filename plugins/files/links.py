"""Links that show a file to whoever has them, signed with `FileSettings.PublicLinkSalt`."""

import base64
import hashlib
import hmac

from hubbub.core.contracts.errors import BadRequest, Forbidden
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Request


class LinksDisabled(Forbidden):
    id = "api.file.get_public_link.disabled.app_error"
    message = "Public links are turned off on this server (FileSettings.EnablePublicLink)."


class BadLink(BadRequest):
    id = "api.file.get_file.public_invalid.app_error"
    message = "This public link is not valid."


class PublicLinks:
    """Makes and checks links."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def require_enabled(self) -> None:
        """Raise `LinksDisabled`."""
        if not self._context.config.FileSettings.EnablePublicLink:
            raise LinksDisabled

    def of(self, file_id: str, req: Request) -> str:
        """Return a file's link."""
        site = str(self._context.config.ServiceSettings.SiteURL or "").rstrip("/")
        if not site:
            site = f"{'https' if req.is_secure else 'http'}://{req.host}"
            port = req.port
            if port not in (80, 443):
                site += f":{port}"
        return f"{site}/files/{file_id}/public?h={self._signature(file_id)}"

    def check(self, file_id: str, signature: str) -> None:
        """Raise `BadLink` unless the signature is the file's."""
        if not hmac.compare_digest(signature.encode(), self._signature(file_id).encode()):
            raise BadLink

    def _signature(self, file_id: str) -> str:
        """Return what other servers on the same database sign with too, so that links outlive a move."""
        salt = str(self._context.config.FileSettings.PublicLinkSalt)
        digest = hashlib.sha256((salt + file_id).encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
