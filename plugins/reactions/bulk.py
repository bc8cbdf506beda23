"""Reactions in the bulk format."""

from collections.abc import Sequence

from hubbub.core.contracts.bulk import BulkExport, BulkImport, PostEntry, refused
from hubbub.core.contracts.bulk_lines import ReactionLine
from hubbub.core.contracts.reactions import Reaction
from hubbub.core.db import Database
from hubbub.plugins.reactions.store import ReactionStore


class ReactionsPart:
    """Fills in and stores `reactions` of posts."""

    line = "post"
    rank = 40

    def __init__(self, db: Database) -> None:
        self._store = ReactionStore(db)

    def take(self, entries: Sequence[PostEntry], run: BulkImport) -> None:
        """Store reactions; those that are there already, also ones taken back, stay as they are."""
        wanted = [(entry, line) for entry in entries if entry.data.reactions for line in entry.data.reactions]
        users = run.names.users({line.user for _, line in wanted})
        found = []
        for entry, line in wanted:
            if line.user not in users:
                raise refused(entry, "there is no user {name}.", name=line.user)
            found.append(
                Reaction(
                    user_id=users[line.user],
                    post_id=entry.id,
                    emoji_name=line.emoji_name[:64],
                    create_at=line.create_at,
                    update_at=line.create_at,
                    remote_id="",
                    channel_id=entry.channel_id,
                )
            )
        self._store.insert_missing(found)

    def give(self, entries: Sequence[PostEntry], run: BulkExport) -> None:
        """Say what posts carry."""
        by_id = {entry.id: entry.data for entry in entries}
        found = self._store.of_posts(by_id)
        names = run.names.usernames({one.user_id for reactions in found.values() for one in reactions})
        for post_id, reactions in found.items():
            lines = [
                ReactionLine(user=names[one.user_id], create_at=one.create_at, emoji_name=one.emoji_name)
                for one in reactions
                if one.user_id in names
            ]
            lines.sort(key=lambda line: (line.create_at, line.user, line.emoji_name))
            by_id[post_id].reactions = lines or None
