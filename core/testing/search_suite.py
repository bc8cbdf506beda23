"""The suite for providers of `SearchEngine`; `suites` has it too."""

from collections.abc import Callable
from typing import Any

import pytest

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import PostQuery, SearchEngine
from hubbub.core.ids import new_id


class SearchEngineSuite:
    """For providers of `SearchEngine`. Override `engine`, an empty index for each test."""

    @pytest.fixture
    def engine(self) -> SearchEngine:
        """Return the empty engine under test."""
        raise NotImplementedError("override the fixture engine")

    @pytest.fixture
    def settle(self) -> Callable[[], object]:
        """Return what waits until indexed posts are found; override it for an engine that is not at once."""
        return lambda: None

    @pytest.fixture
    def index(self, engine: SearchEngine, settle: Callable[[], object]) -> Callable[..., Post]:
        """Return a function that indexes one post."""

        def index(message: str, **fields: Any) -> Post:
            post = Post(id=new_id(), message=message, **{"channel_id": "c" * 26, "user_id": "u" * 26, **fields})
            engine.index_posts([post])
            settle()
            return post

        return index

    @staticmethod
    def find(engine: SearchEngine, terms: str, **query: Any) -> list[str]:
        """Search the channel of the suite."""
        return engine.search_posts(PostQuery(terms=terms, **{"channel_ids": ("c" * 26,), **query}))

    def test_a_word_finds_its_posts_newest_first(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        old, new = index("a red apple", create_at=1), index("a red pear", create_at=2)
        index("a green plum", create_at=3)
        assert self.find(engine, "red") == [new.id, old.id]

    def test_case_does_not_matter(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        post = index("Red Apple")
        assert self.find(engine, "rED") == [post.id]

    def test_all_words_must_be_there_unless_any_is_enough(
        self, engine: SearchEngine, index: Callable[..., Post]
    ) -> None:
        both, one = index("red apple", create_at=2), index("red pear", create_at=1)
        assert self.find(engine, "red apple") == [both.id]
        assert self.find(engine, "apple pear", or_terms=True) == [both.id, one.id]

    def test_only_channels_of_the_asker_are_searched(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        index("red secret", channel_id="d" * 26)
        assert self.find(engine, "red") == []
        assert self.find(engine, "red", channel_ids=()) == []

    def test_authors_excluded_words_and_times_narrow_it(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        mine, other = index("red one", create_at=10), index("red two", create_at=20, user_id="v" * 26)
        assert self.find(engine, "red", from_user_ids=("v" * 26,)) == [other.id]
        assert self.find(engine, "red", excluded_terms="two") == [mine.id]
        assert self.find(engine, "red", after=15) == [other.id]
        assert self.find(engine, "red", before=15) == [mine.id]

    def test_a_changed_post_is_found_by_its_new_words_only(
        self, engine: SearchEngine, index: Callable[..., Post], settle: Callable[[], object]
    ) -> None:
        post = index("red")
        engine.remove_posts([post.id])
        post.message = "blue"
        engine.index_posts([post])
        settle()
        assert self.find(engine, "red") == []
        assert self.find(engine, "blue") == [post.id]

    def test_a_removed_post_is_not_found(
        self, engine: SearchEngine, index: Callable[..., Post], settle: Callable[[], object]
    ) -> None:
        post = index("red")
        engine.remove_posts([post.id, new_id()])
        settle()
        assert self.find(engine, "red") == []

    def test_pages_do_not_overlap(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        posts = [index("red", create_at=number).id for number in range(5)]
        pages = [self.find(engine, "red", page=page, per_page=2) for page in range(4)]
        assert pages == [posts[:2:-1], posts[2:0:-1], posts[:1], []]

    def test_a_phrase_has_its_words_in_order(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        post = index("a big, red apple")
        index("an apple, big and red")
        assert self.find(engine, '"red apple"') == [post.id]
        assert self.find(engine, '"big red apple') == [post.id]
        assert self.find(engine, '"apple red"') == []

    def test_a_beginning_finds_whole_words(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        post = index("a pomegranate")
        assert self.find(engine, "pome*") == [post.id]
        assert self.find(engine, "pomegranate*") == [post.id]
        assert self.find(engine, "pome") == []
        assert self.find(engine, "granate*") == []

    def test_a_hashtag_is_found_exactly(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        post = index("we eat #red-apples", hashtags="#red-apples #Food")
        assert self.find(engine, "#red-apples") == [post.id]
        assert self.find(engine, "#food") == [post.id]
        assert self.find(engine, "eat #food") == [post.id]
        assert self.find(engine, "#red") == []
        assert self.find(engine, "#apples") == []

    def test_what_is_excluded_is_left_out(self, engine: SearchEngine, index: Callable[..., Post]) -> None:
        post = index("red apple", create_at=15)
        index("red pear", create_at=20)
        index("red apple tree #fruit", create_at=30, hashtags="#fruit")
        assert self.find(engine, "red", excluded_terms='pear "apple tree"') == [post.id]
        assert self.find(engine, "red", excluded_terms="pea* #fruit") == [post.id]
        assert self.find(engine, "red", excluded_periods=((20, 31),)) == [post.id]
        assert self.find(engine, "red", excluded_user_ids=("u" * 26,)) == []
        assert self.find(engine, "", excluded_terms="pear tree", any_text=True) == [post.id]

    def test_without_terms_everything_is_found_only_when_asked_for(
        self, engine: SearchEngine, index: Callable[..., Post]
    ) -> None:
        old, new = index("red", create_at=1), index("blue", create_at=2)
        index("green", create_at=3, channel_id="d" * 26)
        assert self.find(engine, "", any_text=True) == [new.id, old.id]
        assert self.find(engine, "", any_text=True, before=2) == [old.id]
        assert self.find(engine, "", from_user_ids=("u" * 26,)) == []

    def test_system_messages_and_deleted_posts_are_not_found(
        self, engine: SearchEngine, index: Callable[..., Post]
    ) -> None:
        index("red", type="system_join_channel")
        index("red", delete_at=5)
        custom = index("red", type="custom_plugin")
        assert self.find(engine, "red") == [custom.id]
        assert self.find(engine, "", any_text=True) == [custom.id]

    @pytest.mark.parametrize("terms", ["", "   ", '"', "'; DROP TABLE posts; --", "*", "%", "a:b & | ! (", "\0", "🔑"])
    def test_strange_terms_are_no_error(self, engine: SearchEngine, index: Callable[..., Post], terms: str) -> None:
        post = index("red")
        assert self.find(engine, terms) == []
        assert self.find(engine, terms, or_terms=True) == []
        assert self.find(engine, "red", excluded_terms=terms) == [post.id]

    @pytest.mark.parametrize(
        "sign", ['"', "*", "%", "_", "&", "|", "!", ":*", "()", "+", "-", "~", "<->", "\\", "'", "^"]
    )
    def test_signs_beside_a_word_are_ignored(self, engine: SearchEngine, index: Callable[..., Post], sign: str) -> None:
        post = index("red")
        assert self.find(engine, f"red {sign}") == [post.id]
        assert self.find(engine, f"{sign} red", or_terms=True) == [post.id]

    @pytest.mark.parametrize("word", ["AND", "OR", "NOT", "NEAR", "NEAR(red", "body", "marks", "IN", "xqred"])
    def test_words_of_an_engine_s_language_are_ordinary_words(
        self, engine: SearchEngine, index: Callable[..., Post], word: str
    ) -> None:
        post = index(f"red {word} blue", create_at=2)
        index("red blue", create_at=1)
        found = self.find(engine, f"red {word} blue")
        assert found[0] == post.id
        assert self.find(engine, word, excluded_terms="blue") == []
