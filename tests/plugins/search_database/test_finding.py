# ruff: noqa: RUF001  (letters of many alphabets)
"""What is found by what, on each engine; where they differ the test says how."""

from typing import Any

import pytest

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import PostQuery
from hubbub.core.ids import new_id
from hubbub.tests.plugins.search_database.conftest import Stored

pytestmark = pytest.mark.engines("sqlite", "postgres", "mysql")
CHANNEL, USER = "c" * 26, "u" * 26


def put(stored: Stored, message: str, **fields: Any) -> Post:
    post = Post(id=new_id(), message=message, **{"channel_id": CHANNEL, "user_id": USER, **fields})
    stored.index_posts([post])
    return post


def finds(stored: Stored, terms: str, **fields: Any) -> list[str]:
    """Return the ids that are found."""
    return stored.search_posts(PostQuery(terms=terms, **{"channel_ids": (CHANNEL,), **fields}))


@pytest.mark.parametrize(
    ("message", "terms"),
    [
        # Words are found whatever stands around them.
        ("We met (twice)!", "twice"),
        ("**bold** and `code`", "bold code"),
        ("well-known facts", "well-known"),
        ("well-known facts", "known"),
        ("well known facts", "well-known"),
        ("see snake_case_name", "snake_case_name"),
        ("see snake_case_name", "case"),
        ("don't panic", "don't panic"),
        ("take C++ or C#", "c++"),
        ("<b>marked</b> up", "marked"),
        # English words are found in their other forms.
        ("two meetings a day", "meeting"),
        ("one meeting a day", "meetings"),
        ("they stopped talking", "stop"),
        ("a lazy dog", "LAZY"),
        ("all the companies", "company"),
        # Addresses, files, numbers.
        ("https://www.example.com/docs/setup.html?x=1", "example.com"),
        ("https://www.example.com/docs/setup.html?x=1", "https://www.example.com/docs/setup.html"),
        ("https://www.example.com/docs/setup.html?x=1", "setup"),
        ("mail to jane.doe@example.org.", "jane.doe@example.org"),
        ("mail to jane.doe@example.org.", "doe"),
        ("open report_2026.final.pdf", "report_2026.final.pdf"),
        ("open report_2026.final.pdf", "final"),
        ("open report_2026.final.pdf", "repo*"),
        ("either/or", "either"),
        ("it costs 1234.56 euro", "1234.56"),
        ("ticket ABC-123", "abc-123"),
        ("ticket ABC-123", "abc-1*"),
        ("ticket ABC-123", "123"),
        # Case and accents don't count.
        ("Ein Café in Zürich", "cafe zurich"),
        ("Ein Cafe in Zurich", "café zürich"),
        ("ÄRGER", "ärger"),
        ("straße", "STRASSE"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        # Other alphabets.
        ("Привет, мир", "привет"),
        ("ΑΘΗΝΑ", "αθηνα"),
        ("שלום עולם", "שלום"),
        ("مرحبا بالعالم", "مرحبا"),
        ("नमस्ते दुनिया", "नमस्ते"),
        # Scripts without spaces: any part of a text.
        ("今天我们开会讨论搜索功能", "搜索"),
        ("今天我们开会讨论搜索功能", "开会讨论"),
        ("今天我们开会讨论搜索功能", "功能"),
        ("今天我们开会讨论搜索功能", "会"),
        ("今天我们开会讨论搜索功能", "能"),
        ("用Python写的server", "python"),
        ("用Python写的server", "写的"),
        ("日本語の検索エンジン", "検索"),
        ("日本語の検索エンジン", "エンジン"),
        ("학교에서 공부했다", "학교"),
        ("สวัสดีชาวโลก", "ชาวโลก"),
        ("𠮷野家で会う", "𠮷野家"),
        # Emoji.
        ("great 🎉 work", "🎉"),
        ("great👍🏽", "👍"),
        ("flags 🇨🇭", "🇨🇭"),
        ("great :tada: work", ":tada:"),
    ],
)
def test_a_message_is_found(stored: Stored, message: str, terms: str) -> None:
    put(stored, "something else, 別の事 😀")
    post = put(stored, message)
    assert finds(stored, terms) == [post.id]


@pytest.mark.parametrize(
    ("message", "terms"),
    [
        ("snow storm", "snowstorm"),
        ("a pineapple", "apple"),
        ("今天我们开会", "天今"),
        ("今天我们开会", "今会"),
        ("今天 我们", "天我"),
        ('he said "red car"', '"car red"'),
        ("party 🎉", "🎊"),
        ("# tag", "#tag"),
    ],
)
def test_a_message_is_not_found(stored: Stored, message: str, terms: str) -> None:
    put(stored, message)
    assert finds(stored, terms) == []


def test_words_of_two_kinds_must_all_be_there(stored: Stored) -> None:
    both = put(stored, "搜索 works in report.pdf, meetings too", create_at=3)
    put(stored, "搜索 only", create_at=2)
    put(stored, "meetings only", create_at=1)
    assert finds(stored, "搜索 meeting") == [both.id]
    assert finds(stored, "report meeting") == [both.id]
    assert finds(stored, "meeting -", excluded_terms="搜索") != [both.id]
    assert len(finds(stored, "搜索 meeting", or_terms=True)) == 3


@pytest.mark.parametrize("word", ["the", "a", "of", "to"])
def test_words_that_english_leaves_out(stored: Stored, word: str) -> None:
    """PostgreSQL's index lacks them: there they are ignored beside others, and find nothing alone."""
    post = put(stored, f"{word} apple", create_at=2)
    other = put(stored, "apple", create_at=1)
    is_known = stored.db.engine != "postgres"
    assert finds(stored, word) == ([post.id] if is_known else [])
    assert finds(stored, f"apple {word}") == ([post.id] if is_known else [post.id, other.id])
    assert finds(stored, "apple", excluded_terms=word) == ([other.id] if is_known else [post.id, other.id])


def test_short_words_and_single_letters_are_found(stored: Stored) -> None:
    post = put(stored, "plan b is ok, v2 x")
    for word in ("b", "ok", "v2", "x"):
        assert finds(stored, word) == [post.id], word


def test_the_beginning_of_an_inflected_word_finds_it(stored: Stored) -> None:
    post = put(stored, "running and meetings")
    for terms in ("runni*", "run*", "meetin*", "meetings*"):
        assert finds(stored, terms) == [post.id], terms


def test_marks_of_the_index_cannot_be_searched_for(stored: Stored) -> None:
    put(stored, "hello")
    for terms in (f"c{CHANNEL}", f"u{USER}", f"xqc{CHANNEL}", CHANNEL):
        assert finds(stored, terms) == [], terms


def test_posts_of_one_millisecond_are_all_found_in_one_order(stored: Stored) -> None:
    same = [
        Post(id=f"abcd{number:022}", message="twin", channel_id=CHANNEL, user_id=USER, create_at=5)
        for number in range(9)
    ]
    stored.index_posts(same[:4])
    for post in same[4:]:
        stored.index_posts([post])
    found = finds(stored, "twin")
    assert sorted(found) == [post.id for post in same]
    assert [finds(stored, "twin", page=page, per_page=3) for page in range(4)] == [found[:3], found[3:6], found[6:], []]


def test_a_user_of_many_channels_searches_in_all_of_them(stored: Stored) -> None:
    channels = tuple(f"{number:026}" for number in range(1200))
    posts = [put(stored, "needle", channel_id=channels[number], create_at=number) for number in (1, 600, 1199)]
    put(stored, "needle")
    assert finds(stored, "needle", channel_ids=channels) == [post.id for post in reversed(posts)]
    assert finds(stored, "needle", channel_ids=channels, from_user_ids=(USER,), page=1, per_page=2) == [posts[0].id]


def test_a_long_message_is_found_by_its_last_word(stored: Stored) -> None:
    post = put(stored, "字" * 8000 + " word" * 1500 + " end")
    assert finds(stored, "end") == [post.id]
    assert finds(stored, "字字 word") == [post.id]


def test_a_very_long_word_is_no_error(stored: Stored) -> None:
    word = "x" * 5000
    put(stored, f"{word} apple")
    finds(stored, word)
    assert len(finds(stored, "apple")) == 1
