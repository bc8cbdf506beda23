"""The filter for banned words."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.posts import Post
from hubbub.plugins.filter_banned_words.config import BannedWordsSettings
from hubbub.plugins.filter_banned_words.service import BannedWords


def masked(text: str, *words: str, **settings: Any) -> str:
    """Return what becomes of a message."""
    return BannedWords(BannedWordsSettings(Words=words, **settings)).check(Post(message=text)).message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Darn it", "**** it"),
        ("DARN! darn? (darn)", "****! ****? (****)"),
        ("darning a sock", "darning a sock"),
        ("so d\u200ba\u00adrn much", "so ****** much"),
        ("\uff44\uff41\uff52\uff4e", "****"),  # wide letters
        ("da\u0336rn", "*****"),
        ("STRASSE straße", "******* ******"),
        ("a very   bad thing, a VERY-BAD one", "a ****   *** thing, a ******** one"),
        ("schön schon", "schön *****"),
        ("cafe\u0301 CAFÉ cafe", "**** **** cafe"),
        ("плохо хорошо", "***** хорошо"),
        ("nothing 🎉 here", "nothing 🎉 here"),
    ],
)
def test_words_are_masked_however_they_are_written(text: str, shown: str) -> None:
    assert masked(text, "darn", "Straße", "very bad", "schon", "Café", "ПЛОХО") == shown


def test_inside_of_other_words_too_where_that_is_wanted() -> None:
    assert masked("undarned Darn", "darn", WholeWords=False) == "un****ed ****"


def test_a_message_can_be_refused_instead() -> None:
    rule = BannedWords(BannedWordsSettings(Words=("darn",), Action="reject"))
    with pytest.raises(Rejected, match="a word that isn't allowed here") as refused:
        rule.check(Post(message="oh Darn"))
    assert "darn" not in refused.value.reason.casefold()
    post = Post(message="oh well")
    assert rule.check(post) is post


def test_attachments_are_read_as_well() -> None:
    post = Post(message="fine", props={"attachments": [{"text": "darn", "fields": [{"title": "Darn", "short": True}]}]})
    checked = BannedWords(BannedWordsSettings(Words=("darn",))).check(post)
    assert checked.props["attachments"] == [{"text": "****", "fields": [{"title": "****", "short": True}]}]
    assert post.props["attachments"][0]["text"] == "darn", "the draft of others was changed"


def test_words_come_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("# a list\n\n  gosh  \n", "utf-8")
    assert masked("gosh, darn: a list", "darn", WordsFile=str(file)) == "****, ****: a list"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"WordsFile": "/nowhere/words.txt"}, "WordsFile '/nowhere/words.txt' can't be read"),
        ({"Words": ("!!!",)}, "'!!!' can't be found"),
        ({"Words": ("x" * 101,)}, "is too long"),
        ({"Words": tuple(f"w{number}" for number in range(20_001))}, "at most 20000"),
    ],
)
def test_what_cannot_be_found_is_refused_at_once(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        BannedWords(BannedWordsSettings(**settings))


def test_many_words_and_a_long_message_are_no_trouble() -> None:
    rule = BannedWords(BannedWordsSettings(Words=tuple(f"word{number}" for number in range(10_000))))
    post = Post(message="some words of no harm " * 740)
    assert rule.check(post) is post
