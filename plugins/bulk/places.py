"""Which channels an export has, in its order: by names, which are the same on every server, not by ids."""

from hubbub.core.contracts.bulk import DirectPlace, Place
from hubbub.core.db import Database
from hubbub.plugins.bulk.store import Names

_PAIR = 2


def places(db: Database, *, archived: bool) -> dict[str, Place]:
    """Return id → public and private channels of teams that aren't archived."""
    sql = (
        "SELECT c.id, c.name, t.name, t.id, c.deleteat FROM {channels} c JOIN {teams} t ON t.id = c.teamid"
        " WHERE t.deleteat = 0 AND c.type IN ('O', 'P')"
    )
    found = [Place(row[0], row[1], row[2], row[3], bool(row[4])) for row in db.fetch_all(sql)]
    found = [place for place in found if archived or not place.archived]
    return {place.id: place for place in sorted(found, key=lambda place: (place.team, place.name))}


def direct_places(db: Database, names: Names) -> dict[str, DirectPlace]:
    """Return id → direct and group channels whose members all have an account."""
    sql = (
        "SELECT c.id, c.name, m.userid FROM {channels} c JOIN {channelmembers} m ON m.channelid = c.id"
        " WHERE c.type IN ('D', 'G') AND c.deleteat = 0"
    )
    members: dict[str, set[str]] = {}
    for channel_id, name, user_id in db.fetch_all(sql):
        # A direct channel's name says whose it is, also when somebody's membership is gone.
        members.setdefault(channel_id, set(name.split("__")) if "__" in name else set()).add(user_id)
    known = names.usernames({user_id for users in members.values() for user_id in users})
    found = []
    for channel_id, users in members.items():
        if all(user_id in known for user_id in users):
            usernames = sorted(known[user_id] for user_id in users)
            found.append(DirectPlace(channel_id, tuple(usernames * (_PAIR if len(usernames) == 1 else 1))))
    return {place.id: place for place in sorted(found, key=lambda place: place.usernames)}
