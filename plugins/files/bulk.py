"""Attachments in the bulk format."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from hubbub.core.contracts.bulk import BulkExport, BulkImport, PostEntry, refused
from hubbub.core.contracts.bulk_lines import AttachmentLine
from hubbub.core.contracts.errors import AppError
from hubbub.plugins.files.service import Files


class AttachmentsPart:
    """Fills in and stores `attachments` of posts."""

    line = "post"
    rank = 50

    def __init__(self, files: Files) -> None:
        self._files = files

    def take(self, entries: Sequence[PostEntry], run: BulkImport) -> None:
        """Store what posts bring, under the ids that their rows name."""
        for entry in entries:
            for attachment, file_id in zip(entry.data.attachments or (), entry.file_ids, strict=False):
                if not file_id:
                    continue
                try:
                    self._files.bring(
                        attachment.path.rsplit("/", 1)[-1], run.file(attachment.path), file_id=file_id,
                        user_id=entry.user_id, channel_id=entry.channel_id, post_id=entry.id,
                        time=entry.data.create_at,
                    )  # fmt: skip
                except AppError as error:
                    raise refused(entry, "{path}: {why}", path=attachment.path, why=error.text) from None

    def give(self, entries: Sequence[PostEntry], run: BulkExport) -> None:
        """Name the files of posts, under paths without ids, and bring them along."""
        having = [entry for entry in entries if entry.file_ids] if run.with_attachments else []
        found = self._files.store.get_many(file_id for entry in having for file_id in entry.file_ids)
        for entry in having:
            lines = []
            for number, file_id in enumerate(entry.file_ids):
                file = found.get(file_id)
                if file is None or file.info.delete_at or not self._files.current.exists(file.path):
                    run.left_out("attachments whose files are missing")
                    continue
                path = f"{_folder(entry, entries)}/{number}/{file.info.name}"
                run.add_file(path, self._files.current.read(file.path))
                lines.append(AttachmentLine(path=path))
            entry.data.attachments = lines or None


def _folder(entry: PostEntry, _entries: Sequence[PostEntry]) -> str:
    """Return a post's folder: the same on every server that has the post."""
    data, root = entry.data, (entry.root or entry).data
    place = [getattr(root, name, "") for name in ("team", "channel", "channel_members")]
    seed = f"{place} {root.user} {root.create_at} {data.user} {data.create_at} {data.type} {data.message}"
    day = datetime.fromtimestamp(data.create_at / 1000, UTC).strftime("%Y%m%d")
    return f"{day}/{blake2b(seed.encode(), digest_size=12).hexdigest()}"
