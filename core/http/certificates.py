"""Certificates and keys that a plugin's settings name: uploaded, kept beside config.json, removed."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from hubbub.core.config import ConfigError, files
from hubbub.core.contracts.errors import BadRequest, Internal, TooLarge
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http.form import OVERHEAD, read_file
from hubbub.core.http.reply import OK
from hubbub.core.http.request import Request
from hubbub.core.http.routing import Router

MAX_BYTES: Final = 1 << 20


class NoCertificate(BadRequest):
    id = "api.admin.add_certificate.no_file.app_error"
    message = "Send a multipart form with the file certificate."


class BadCertificate(BadRequest):
    id = "api.admin.add_certificate.parseform.app_error"
    message = "The file can't be used: {reason}."


class CertificateNotSaved(Internal):
    id = "api.admin.add_certificate.saving.app_error"
    message = "The file could not be written to the folder of the configuration; the log of the server says why."


class CertificateNotRemoved(Internal):
    id = "api.admin.remove_certificate.delete.app_error"
    message = "The file could not be removed from the folder of the configuration; the log of the server says why."


class CertificateFile(msgspec.Struct, kw_only=True, frozen=True):
    """One file: the last part of its address, its setting, and the name that an uploaded one gets.

    `check` returns what is written, or raises `BadCertificate`. `off` are other settings that can't stay on without the
    file. `body_type` is the type of a request whose body is the file, rather than a form with it; "" for none.
    """

    kind: str
    setting: str
    name: str
    check: Callable[[bytes], bytes]
    add: Permission
    remove: Permission
    off: Mapping[str, bool] = {}
    body_type: str = ""


class CertificateFiles:
    """Finds, keeps and removes the files that one section of config.json names."""

    def __init__(self, context: PluginContext, section: str, known: Iterable[CertificateFile]) -> None:
        self._store: Any = context.config_store
        self._log = context.log
        self._section = section
        self.known: Final = tuple(known)

    @property
    def _folder(self) -> Path:
        return Path(self._store.path).resolve().parent

    def path(self, setting: str) -> Path | None:
        """Return where the file of a setting is, there or not; None when the setting is empty."""
        name = getattr(getattr(self._store.current, self._section), setting)
        return self._folder / name if name else None

    def save(self, file: CertificateFile, data: bytes) -> None:
        """Keep a file, readable by the server alone, and name it. Raises `BadCertificate`, `CertificateNotSaved`."""
        checked = file.check(data)
        try:
            files.write(self._folder / file.name, checked)
            self._store.update({self._section: {file.setting: file.name}}, patch=True)
        except ConfigError as error:
            self._log.error("the file %s can't be kept: %s", file.name, error)
            raise CertificateNotSaved from None

    def remove(self, file: CertificateFile) -> None:
        """Forget a file, and turn off what needs it. Raises `CertificateNotRemoved`."""
        path = self.path(file.setting)
        try:
            self._store.update({self._section: {file.setting: "", **file.off}}, patch=True)
            # SECURITY: only what was uploaded: another name in the settings may be any file of the host.
            if path is not None and path.name == file.name and path.parent == self._folder:
                path.unlink(missing_ok=True)
        except (ConfigError, OSError) as error:
            self._log.error("the file of %s.%s can't be removed: %s", self._section, file.setting, error)
            raise CertificateNotRemoved from None


class CertificateRoutes:
    """POST and DELETE {base}/{kind} for each file: parse, authorise, one call, render."""

    def __init__(self, context: PluginContext, base: str, certificates: CertificateFiles) -> None:
        self._permissions = context.service(PermissionService)
        self._base = base
        self._certificates = certificates

    def register(self, router: Router) -> None:
        """Declare the routes."""
        for file in self._certificates.known:
            path = f"{self._base}/{file.kind}"
            router.post(path, self._upload(file), body_limit=MAX_BYTES + OVERHEAD)
            router.delete(path, self._delete(file))

    def _upload(self, file: CertificateFile) -> Callable[[Request], object]:
        def upload(req: Request) -> object:
            """POST: keep the file."""
            self._permissions.require(req.session, file.add)
            self._certificates.save(file, _sent(req, file))
            return OK

        return upload

    def _delete(self, file: CertificateFile) -> Callable[[Request], object]:
        def delete(req: Request) -> object:
            """DELETE: forget the file."""
            self._permissions.require(req.session, file.remove)
            self._certificates.remove(file)
            return OK

        return delete


def _sent(req: Request, file: CertificateFile) -> bytes:
    """Return the form's file `certificate`, or the body. Raises `NoCertificate`, `BadCertificate`."""
    kind = (req.content_type or "").partition(";")[0].strip().lower()
    try:
        if file.body_type and kind == file.body_type:
            return req.read_bytes()
        data = read_file(req, "certificate", MAX_BYTES)
    except TooLarge:
        raise BadCertificate(reason=f"it has more than {MAX_BYTES} bytes") from None
    if data is None:
        raise NoCertificate
    return data
