"""An upload as a form: what it holds, kept as it comes."""

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.files import FileInfo
from hubbub.core.http import Request
from hubbub.core.http.form import OVERHEAD, PIECE, BadForm, Part, parts_of
from hubbub.core.ids import is_valid_id
from hubbub.plugins.files.access import FileAccess
from hubbub.plugins.files.errors import WrongClientIds
from hubbub.plugins.files.service import IN_MEMORY, Files

MAX_FILES: Final = 10


def body_limit(config: Any) -> int:
    """Return how many bytes an upload may have, with all that is around it."""
    return int(config.FileSettings.MaxFileSize) + OVERHEAD


class FormUpload:
    """One upload as a form: channel_id, client_ids, and files, which may come first."""

    def __init__(self, req: Request, files: Files, access: FileAccess) -> None:
        self._req = req
        self._files = files
        self._access = access
        self._channel_id = req.query("channel_id")
        self._client_ids: list[str] = []
        self._infos: list[FileInfo] = []
        self._spools = ExitStack()

    def read(self) -> dict[str, object]:
        """Keep the files and return the answer; after a failure none is kept."""
        waiting: list[tuple[str, Any]] = []
        try:
            self._require()
            for part in parts_of(self._req, body_limit(self._access.config)):
                self._take(part, waiting)
            if not is_valid_id(self._channel_id):
                raise InvalidBodyParam("channel_id")
            for name, file in waiting:
                self._save(name, iter(lambda file=file: file.read(PIECE), b""))  # type: ignore[misc]  # bound now
            if not self._infos:
                raise BadForm(detailed_error="the form has no file")
            if self._client_ids and len(self._client_ids) != len(self._infos):
                raise WrongClientIds(client_ids=len(self._client_ids), files=len(self._infos))
        except BaseException:
            self._files.discard(self._infos)
            raise
        finally:
            self._spools.close()
        return {"file_infos": self._infos, "client_ids": self._client_ids}

    def _take(self, part: Part, waiting: list[tuple[str, Any]]) -> None:
        if part.filename is not None:
            if len(self._infos) + len(waiting) >= MAX_FILES:
                raise BadForm(detailed_error=f"the form has more than {MAX_FILES} files")
            if self._channel_id:
                self._save(part.filename, part.pieces())
            else:
                waiting.append((part.filename, self._spooled(part)))
        elif part.name == "channel_id":
            text = part.text()
            if self._channel_id and text != self._channel_id:
                raise BadForm(
                    "The form names more than one channel_id.", id="api.file.upload_file.multiple_channel_ids.app_error"
                )
            self._channel_id = text
            self._require()
        elif part.name == "client_ids":
            self._client_ids.append(part.text())
        else:
            part.text()

    def _require(self) -> None:
        """Check the channel, as soon as it is known."""
        if not self._channel_id:
            return
        if not is_valid_id(self._channel_id):
            raise InvalidBodyParam("channel_id")
        self._access.require_upload(self._req.session, self._channel_id)

    def _spooled(self, part: Part) -> Any:
        """Return a file whose channel isn't known yet, kept on disk for a moment."""
        file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed with all others, in `read`
        self._spools.callback(file.close)
        for piece in part.pieces():
            file.write(piece)
        file.seek(0)
        return file

    def _save(self, name: str, pieces: Iterator[bytes]) -> None:
        self._infos.append(self._files.save(name, pieces, user_id=self._req.user_id, channel_id=self._channel_id))
