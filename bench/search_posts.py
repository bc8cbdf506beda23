"""Fills channels with posts to search in: `python search_posts.py CONFIG POSTS`.

Runs before the server, on the channels that `people.py` has made. Text is made up, the same each time: words as
frequent as in a language (Zipf), one message in 25 Chinese, one in 20 with an address.
"""

import os
import random
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

from hubbub.core.cli_app import create_offline_app, running_offline
from hubbub.core.clock import now_ms
from hubbub.core.config import ConfigStore
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.ids import new_id

WORDS: Final = 20_000
CHARACTERS: Final = 2_000
PORTION: Final = 5_000
COLUMNS: Final = (
    "id", "createat", "updateat", "editat", "deleteat", "ispinned", "userid", "channelid", "rootid", "originalid",
    "message", "type", "props", "hashtags", "filenames", "fileids", "hasreactions",
)  # fmt: skip


def vocabulary() -> list[str]:
    """Return made-up words, the most frequent first."""
    source = random.Random(7)
    syllables = [consonant + vowel for consonant in "bdfgklmnprtvz" for vowel in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(source.choices(syllables, k=source.randint(2, 4)))] = None
    return list(found)


def characters() -> list[str]:
    """Return Chinese characters, the most frequent first."""
    return [chr(0x4E00 + number * 7) for number in range(CHARACTERS)]


class Texts:
    """An endless supply of messages."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words, self._characters = vocabulary(), characters()
        self._word_weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
        self._character_weights = list(accumulate(1 / (rank + 10) for rank in range(CHARACTERS)))

    def next(self) -> str:
        """Return the next message."""
        kind = self._random.random()
        if kind < 0.04:
            return "".join(self._random.choices(self._characters, cum_weights=self._character_weights, k=20))
        found = self._random.choices(self._words, cum_weights=self._word_weights, k=self._random.randint(3, 20))
        if kind < 0.09:
            found.append(f"https://{found[0]}.example.com/{found[1]}/{found[2]}.html")
        return " ".join(found).capitalize() + "."


def posts(count: int, channels: list[tuple[str, list[str]]]) -> Iterator[Post]:
    """Yield posts, a second apart, the last one now."""
    source, texts = random.Random(1), Texts(2)
    start = now_ms() - count * 1000
    for number in range(count):
        channel_id, members = channels[int(source.random() ** 2 * len(channels))]
        time = start + number * 1000
        yield Post(
            id=new_id(),
            create_at=time,
            update_at=time,
            channel_id=channel_id,
            user_id=members[int(source.random() ** 2 * len(members))],
            message=texts.next(),
        )


def main(config: str, count: int) -> None:
    """Store and index `count` posts."""
    store = ConfigStore(Path(config), dict(os.environ))
    store.load()
    with running_offline(create_offline_app(store)) as app:
        db, engine = app.db, app.service(SearchEngine)
        members: dict[str, list[str]] = {}
        for channel_id, user_id in db.fetch_all(
            "SELECT m.channelid, m.userid FROM {channelmembers} m JOIN {channels} c ON c.id = m.channelid"
            " WHERE c.name LIKE 'room%' ORDER BY c.name, m.userid"
        ):
            members.setdefault(channel_id, []).append(user_id)
        waiting: list[Post] = []
        for post in posts(count, list(members.items())):
            waiting.append(post)
            if len(waiting) == PORTION:
                _store(db, engine, waiting)
                waiting = []
        if waiting:
            _store(db, engine, waiting)


def _store(db: object, engine: SearchEngine, waiting: list[Post]) -> None:
    rows = [
        (post.id, post.create_at, post.update_at, 0, 0, False, post.user_id, post.channel_id, "", "", post.message, "",
         "{}", "", "[]", "[]", False)
        for post in waiting
    ]  # fmt: skip
    with db.transaction(timeout=600):
        db.insert_many("posts", COLUMNS, rows)
        engine.index_posts(waiting)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
