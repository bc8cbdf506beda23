"""Operations of the plugin search."""

from typing import Final

from hubbub.tests.walk.case import Case

WORDS: Final = {"terms": "words", "is_or_search": False}
OWN_CHANNELS: Final = "it finds what is in the channels of the one who asks"

CASES: Final = [
    Case(operation="SearchPosts", body=WORDS),
    Case(operation="SearchPostsInAllTeams", body=WORDS, outsider=200, open_to_all=OWN_CHANNELS),
    Case(operation="SearchFiles", body=WORDS),
    Case(operation="SearchFilesAllTeams", body=WORDS, outsider=200, open_to_all=OWN_CHANNELS),
]
