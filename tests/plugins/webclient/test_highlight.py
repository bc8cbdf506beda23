"""Code is cut into pieces that have a kind."""

from collections.abc import Iterator

import pytest

from hubbub.core.testing import RunningApp, make_app
from hubbub.plugins.webclient.highlight import LANGUAGES, LONGEST, pieces

CODE = 'def f(x):\n    return "a" + 1  # no\n'


@pytest.fixture
def server() -> Iterator[RunningApp]:
    """Yield a server."""
    with make_app() as server:
        yield server


def test_the_pieces_make_up_the_code(server: RunningApp) -> None:
    ann = server.create_user("ann")
    found = ann.post("/hubbub/highlight", {"language": "Python", "code": CODE}).json["pieces"]
    assert "".join(text for _, text in found) == CODE
    kinds = {text.strip(): kind for kind, text in found}
    wanted = {"def": "keyword", "f": "name", "return": "keyword", '"a"': "string", "1": "number", "# no": "comment"}
    assert wanted.items() <= kinds.items()
    for language, code in (("klingon", "x = 1"), ("python", ""), ("python", "1" * (LONGEST + 1)), ("python", "   ")):
        assert ann.post("/hubbub/highlight", {"language": language, "code": code}).json == {"pieces": []}
    server.client().request("POST", "/hubbub/highlight", {"language": "c", "code": "1"}, expect=401)


def test_nothing_gets_lost() -> None:
    for language in sorted(LANGUAGES):
        for text in ("(", '"', "/*", "<a ", "\\", " ", '"\\', "<!--", "$(", "é\u200f\n"):
            found = pieces(text * 100, language)
            assert not found or "".join(part for _, part in found) == text * 100, language
