"""Queries on policies."""

from hubbub.core.db import Database


class PolicyStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def channels(self) -> dict[str, int]:
        """Return channel id → days that its messages are kept (-1: for ever), for channels under a policy.

        A channel's own policy goes before that of its team.
        """
        days = {
            row[0]: row[1]
            for row in self._db.fetch_all(
                "SELECT c.id, p.postduration FROM {retentionpolicies} p"
                " JOIN {retentionpoliciesteams} t ON t.policyid = p.id JOIN {channels} c ON c.teamid = t.teamid"
            )
        }
        own = self._db.fetch_all(
            "SELECT c.channelid, p.postduration FROM {retentionpolicies} p"
            " JOIN {retentionpolicieschannels} c ON c.policyid = p.id"
        )
        days.update(dict(own))
        return {channel_id: -1 if kept is None else int(kept) for channel_id, kept in days.items()}

    def any(self) -> bool:
        """Say whether there is a policy."""
        return self._db.fetch_one("SELECT 1 FROM {retentionpolicies} LIMIT 1") is not None
