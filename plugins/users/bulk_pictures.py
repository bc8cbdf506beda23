"""Profile pictures in the bulk format."""

from collections.abc import Mapping, Sequence

from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, refused
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.users import User
from hubbub.plugins.users.pictures import Pictures
from hubbub.plugins.users.store import UserStore


class BulkPictures:
    """Fills in `profile_image` of people and bots, and stores what it names."""

    def __init__(self, pictures: Pictures, store: UserStore) -> None:
        self._pictures, self._store = pictures, store

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Store pictures that came along."""
        for entry in entries:
            path = entry.data.profile_image
            if path and run.has_file(path):
                try:
                    self._pictures.bring(entry.id, b"".join(run.file(path)))
                    self._store.update(entry.id, {"lastpictureupdate": run.started})
                except AppError as error:
                    raise refused(entry, "{path}: {why}", path=path, why=error.text) from None

    def give(self, entries: Sequence[Entry], users: Mapping[str, User], run: BulkExport) -> None:
        """Name the pictures that people have chosen, where the export is to have them."""
        for entry in entries if run.with_pictures else ():
            data = self._pictures.of(users[entry.id])
            if data is not None:
                entry.data.profile_image = f"profile_pictures/{entry.data.username}.png"
                run.add_file(entry.data.profile_image, [data])
