"""Custom emoji in the bulk format."""

from collections.abc import Iterator, Sequence

from hubbub.core.clock import now_ms
from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, refused
from hubbub.core.contracts.bulk_lines import EmojiLine
from hubbub.core.contracts.emoji import Emoji
from hubbub.core.contracts.errors import AppError
from hubbub.core.db import Database
from hubbub.core.ids import new_id
from hubbub.plugins.emoji import images, names
from hubbub.plugins.emoji.store import EmojiStore

BATCH = 100
ENDINGS = {"image/png": "png", "image/gif": "gif", "image/jpeg": "jpg"}


class EmojiLines:
    """Owns lines of type emoji."""

    line = "emoji"
    rank = 0
    order = 70
    record = EmojiLine
    batch = BATCH

    def __init__(self, db: Database, pictures: images.EmojiImages) -> None:
        self._store, self._images = EmojiStore(db), pictures

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse names that an emoji can't have."""
        for entry in entries:
            name = entry.data.name
            if not names.is_valid(name) or names.is_system(name):
                why = "every client has an emoji of that name." if names.is_valid(name) else "1 to 64 of a-z 0-9 + - _."
                raise refused(entry, "{name!r} can't be an emoji's name: {why}", name=name, why=why)

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Make emoji, or give them another picture."""
        self.check(entries)
        known = {emoji.name: emoji for emoji in self._store.get_by_names(entry.data.name for entry in entries)}
        for entry in entries:
            data: EmojiLine = entry.data
            if not run.has_file(data.image):
                continue  # the import goes without files
            old = known.get(data.name)
            now = now_ms()
            emoji = old or Emoji(id=new_id(), name=data.name, create_at=now, update_at=now)
            try:
                self._images.write(emoji.id, images.prepared(b"".join(run.file(data.image))))
            except AppError as error:
                raise refused(entry, "{path}: {why}", path=data.image, why=error.text) from None
            entry.id, entry.is_new = emoji.id, old is None
            if old is None:
                self._store.insert(emoji)

    def batches(self, run: BulkExport) -> Iterator[list[Entry]]:
        """Yield emoji by name, with their pictures."""
        offset = 0
        emojis: list[Emoji] = []
        while page := self._store.page(offset, 1000, by_name=True):
            emojis += page
            offset += len(page)
        entries = []
        for emoji in sorted(emojis, key=lambda emoji: emoji.name):
            try:
                data = self._images.read(emoji.id)
            except AppError:
                run.left_out("emoji whose pictures are missing")
                continue
            path = f"emoji/{emoji.name}.{ENDINGS.get(images.type_of(data), 'png')}"
            run.add_file(path, [data])
            entries.append(Entry(id=emoji.id, data=EmojiLine(name=emoji.name, image=path)))
        yield entries
