"""The suites for providers: what we have passes them, and what is wrong fails them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import AuthProvider, PasswordHasher
from hubbub.core.contracts.files import FileStore
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.realtime import EventBus
from hubbub.core.contracts.search import NullSearchEngine, PostQuery, SearchEngine, Term, parse_terms
from hubbub.core.testing import PASSWORD, RunningApp, suites
from hubbub.plugins.auth_password.hashers import BcryptHasher, Pbkdf2Hasher
from hubbub.plugins.cluster_local.bus import LocalBus


class TestLocalBus(suites.EventBusSuite):
    @pytest.fixture
    def new_bus(self, tmp_path: Path) -> Callable[[], EventBus]:
        return lambda: LocalBus(tmp_path / "run")


class TestPbkdf2(suites.PasswordHasherSuite):
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return Pbkdf2Hasher(1000)


class TestBcrypt(suites.PasswordHasherSuite):
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return BcryptHasher()


class TestLocalPasswords(suites.AuthProviderSuite):
    @pytest.fixture
    def app(self, make_app: Callable[..., RunningApp]) -> RunningApp:
        return make_app(only=["sessions"])

    @pytest.fixture
    def provider(self, app: RunningApp) -> AuthProvider:
        (offered,) = app.app.hooks.ask_all("register_auth_providers")
        (provider,) = offered
        return provider

    @pytest.fixture
    def account(self, app: RunningApp) -> tuple[str, str]:
        app.create_user("alice")
        return "alice", PASSWORD


# The two contracts that no plugin provides yet: the simplest thing that keeps them shows that the suites can be passed.


class Memory:
    """A file store in a dictionary."""

    driver_name = "memory"

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.times: dict[str, int] = {}

    def _path(self, path: str) -> str:
        if path.startswith("/") or ".." in PurePosixPath(path).parts or "\0" in path:
            raise ValueError(path)
        return path

    def _get(self, path: str) -> bytes:
        try:
            return self.files[self._path(path)]
        except KeyError:
            raise FileNotFoundError(path) from None

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        yield self._get(path)[start:end]

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        content = b"".join(pieces)
        self.files[self._path(path)] = content
        self.times[path] = now_ms()
        return len(content)

    def exists(self, path: str) -> bool:
        return path in self.files

    def size(self, path: str) -> int:
        return len(self._get(path))

    def modified(self, path: str) -> int:
        self._get(path)
        return self.times[path]

    def copy(self, source: str, target: str) -> None:
        self.files[target] = self._get(source)

    def move(self, source: str, target: str) -> None:
        self.files[target] = self.files.pop(source)

    def list(self, prefix: str) -> Iterator[str]:
        return (path for path in self.files if not prefix or path.startswith(f"{prefix}/"))

    def remove(self, path: str) -> None:
        self.files.pop(path, None)

    def presigned_url(self, path: str, *, seconds: int, headers: Mapping[str, str]) -> str | None:
        return None


class TestMemory(suites.FileStoreSuite):
    @pytest.fixture
    def store(self) -> FileStore:
        return Memory()


class Scan:
    """A search engine that reads everything."""

    def __init__(self) -> None:
        self.posts: dict[str, Post] = {}

    def index_posts(self, posts: Iterable[Post]) -> None:
        self.posts.update({post.id: msgspec.structs.replace(post) for post in posts})

    def remove_posts(self, post_ids: Iterable[str]) -> None:
        for post_id in post_ids:
            self.posts.pop(post_id, None)

    def search_posts(self, query: PostQuery) -> list[str]:
        terms = [term for term in parse_terms(query.terms) if words_of(term.text)]
        enough = any if query.or_terms else all
        found = [
            post
            for post in self.posts.values()
            if (enough(matches(post, term) for term in terms) if terms else query.any_text)
            and not any(matches(post, term) for term in parse_terms(query.excluded_terms))
            and post.channel_id in query.channel_ids
            and not post.delete_at
            and not post.type.startswith("system_")
            and (not query.from_user_ids or post.user_id in query.from_user_ids)
            and post.user_id not in query.excluded_user_ids
            and (not query.after or post.create_at > query.after)
            and (not query.before or post.create_at < query.before)
            and not any(start <= post.create_at < end for start, end in query.excluded_periods)
        ]
        found.sort(key=lambda post: -post.create_at)
        return [post.id for post in found[query.page * query.per_page : (query.page + 1) * query.per_page]]


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def matches(post: Post, term: Term) -> bool:
    if term.kind == "hashtag":
        return term.text.lower() in post.hashtags.lower().split()
    text, wanted = f" {' '.join(words_of(post.message))} ", " ".join(words_of(term.text))
    return bool(wanted) and (f" {wanted}" in text if term.kind == "prefix" else f" {wanted} " in text)


class TestScan(suites.SearchEngineSuite):
    @pytest.fixture
    def engine(self) -> SearchEngine:
        return Scan()


# --- what is wrong fails ---


class HalfWritten(Memory):
    """Keeps the first half of an upload that fails."""

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        self.files[path] = b""
        for piece in pieces:
            self.files[path] += piece
        return len(self.files[path])


class Everywhere(Memory):
    """Lets paths lead out of the store."""

    def _path(self, path: str) -> str:
        return path


class Always(Pbkdf2Hasher):
    """Lets everybody in."""

    def verify(self, password: str, hashed: str) -> bool:
        return True


@pytest.mark.parametrize(
    ("test", "wrong"),
    [
        ("test_a_write_that_fails_half_way_leaves_what_was_there", HalfWritten),
        ("test_a_path_cannot_leave_the_store", Everywhere),
    ],
)
def test_a_wrong_store_fails(test: str, wrong: Any) -> None:
    arguments = {"path": "../outside"} if "path_cannot" in test else {}
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        getattr(suites.FileStoreSuite(), test)(wrong(), **arguments)


def test_a_hasher_that_lets_everybody_in_fails() -> None:
    suite = suites.PasswordHasherSuite()
    with pytest.raises(AssertionError):
        suite.test_the_right_password_is_right_and_another_is_not(Always(1000), "correct horse")
    with pytest.raises(AssertionError):
        suite.test_a_damaged_hash_is_never_right(Always(1000))


def test_an_engine_that_finds_nothing_fails() -> None:
    engine = NullSearchEngine()
    with pytest.raises(AssertionError):
        suites.SearchEngineSuite().test_case_does_not_matter(engine, lambda message: Post(id="x", message=message))
