"""Suites of tests for those who provide a contract: inherit one, override its fixture, and pytest runs it.

    class TestMyStore(FileStoreSuite):
        @pytest.fixture
        def store(self, tmp_path):
            return MyStore(tmp_path)

Needs pytest; load `hubbub.core.testing.pytest_plugin` so that failing assertions explain themselves.
"""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Final

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import AuthProvider, InvalidCredentials, PasswordHasher
from hubbub.core.contracts.files import FileStore
from hubbub.core.contracts.realtime import EventBus
from hubbub.core.testing.search_suite import SearchEngineSuite

WAIT_S: Final = 10.0

__all__ = ["AuthProviderSuite", "EventBusSuite", "FileStoreSuite", "PasswordHasherSuite", "SearchEngineSuite"]


def _until(condition: Callable[[], object], what: str) -> None:
    deadline = monotonic() + WAIT_S
    while not condition():
        assert monotonic() < deadline, f"not within {WAIT_S} s: {what}"
        gevent.sleep(0.005)


class _Member:
    """One worker on a bus and what it heard."""

    def __init__(self, bus: EventBus) -> None:
        self.bus = bus
        self.heard: list[tuple[str, bytes]] = []
        self.reconnects = 0
        bus.start(self._hear, self._reconnected)

    def _hear(self, topic: str, payload: bytes) -> None:
        self.heard.append((topic, bytes(payload)))

    def _reconnected(self) -> None:
        self.reconnects += 1


class EventBusSuite:
    """For providers of `EventBus`. Override `new_bus`: a function that makes one more member of the same cluster."""

    @pytest.fixture
    def new_bus(self) -> Callable[[], EventBus]:
        """Return the function; the suite starts and stops what it makes."""
        raise NotImplementedError("override the fixture new_bus")

    @pytest.fixture
    def join(self, new_bus: Callable[[], EventBus]) -> Iterator[Callable[[], _Member]]:
        """Return a function that lets one more worker join."""
        members: list[_Member] = []

        def join() -> _Member:
            members.append(_Member(new_bus()))
            _until(lambda: all(member.bus.healthy for member in members), "everybody is healthy")
            return members[-1]

        yield join
        for member in members:
            member.bus.stop()

    def test_a_message_reaches_the_others_and_not_its_sender(self, join: Callable[[], _Member]) -> None:
        sender, one, two = join(), join(), join()
        sender.bus.publish("events", b"hello")
        _until(lambda: one.heard and two.heard, "both have heard it")
        assert one.heard == two.heard == [("events", b"hello")]
        assert sender.heard == []

    def test_messages_of_one_sender_arrive_in_order_and_once(self, join: Callable[[], _Member]) -> None:
        sender, receiver = join(), join()
        sent = [(f"topic{number % 3}", str(number).encode()) for number in range(2000)]
        for topic, payload in sent:
            sender.bus.publish(topic, payload)
        _until(lambda: len(receiver.heard) >= len(sent), "all have arrived")
        assert receiver.heard == sent

    def test_a_payload_arrives_byte_for_byte(self, join: Callable[[], _Member]) -> None:
        sender, receiver = join(), join()
        payloads = [b"", bytes(range(256)), b"\r\n\0", b"x" * 1_000_000]
        for payload in payloads:
            sender.bus.publish("plugin:some.one:topic", payload)
        _until(lambda: len(receiver.heard) == len(payloads), "all have arrived")
        assert [payload for _, payload in receiver.heard] == payloads

    def test_everybody_may_send(self, join: Callable[[], _Member]) -> None:
        members = [join() for _ in range(3)]
        for number, member in enumerate(members):
            member.bus.publish("events", str(number).encode())
        for number, member in enumerate(members):
            others = {("events", str(other).encode()) for other in range(3) if other != number}
            _until(lambda member=member: len(member.heard) == 2, "it has heard the two others")  # type: ignore[misc]  # the default binds the loop's value
            assert set(member.heard) == others

    def test_one_who_left_is_not_missed(self, join: Callable[[], _Member]) -> None:
        sender, leaver, stayer = join(), join(), join()
        leaver.bus.stop()
        sender.bus.publish("events", b"after")
        _until(lambda: stayer.heard, "the one who stayed has heard it")
        _until(lambda: sender.bus.healthy, "the bus is healthy without the one who left")
        assert leaver.heard == []

    def test_what_was_published_before_leaving_is_sent(self, join: Callable[[], _Member]) -> None:
        leaver, stayer = join(), join()
        leaver.bus.publish("events", b"goodbye")
        leaver.bus.stop()
        _until(lambda: stayer.heard, "the last message has arrived")

    def test_one_who_comes_later_hears_only_what_comes_later(self, join: Callable[[], _Member]) -> None:
        sender = join()
        sender.bus.publish("events", b"early")
        late = join()
        sender.bus.publish("events", b"late")
        _until(lambda: late.heard, "the later one has heard something")
        assert late.heard == [("events", b"late")]

    def test_publishing_alone_and_after_the_end_is_harmless(self, join: Callable[[], _Member]) -> None:
        alone = join()
        alone.bus.publish("events", b"anybody?")
        alone.bus.stop()
        alone.bus.stop()
        alone.bus.publish("events", b"too late")

    def test_nobody_is_told_to_reconnect_while_nothing_is_lost(self, join: Callable[[], _Member]) -> None:
        members = [join() for _ in range(3)]
        members[0].bus.publish("events", b"hello")
        _until(lambda: members[2].heard, "the message has arrived")
        assert [member.reconnects for member in members] == [0, 0, 0]


class PasswordHasherSuite:
    """For providers of `PasswordHasher`. Override `hasher`."""

    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        """Return the hasher under test."""
        raise NotImplementedError("override the fixture hasher")

    @pytest.mark.parametrize("password", ["correct horse", "pässwörd 密码 🔑", " ", "x" * 72])
    def test_the_right_password_is_right_and_another_is_not(self, hasher: PasswordHasher, password: str) -> None:
        hashed = hasher.hash(password)
        assert hasher.verify(password, hashed) is True
        assert hasher.verify(password + "x" if len(password) < 72 else password[:-1], hashed) is False
        assert hasher.verify("", hashed) is False
        assert hasher.verify(password.swapcase() + "!" if len(password) < 72 else "y" * 72, hashed) is False

    def test_one_password_has_many_hashes(self, hasher: PasswordHasher) -> None:
        assert hasher.hash("correct horse") != hasher.hash("correct horse")

    def test_a_hash_does_not_hold_the_password(self, hasher: PasswordHasher) -> None:
        assert "correct horse" not in hasher.hash("correct horse")

    def test_a_hash_fits_its_column(self, hasher: PasswordHasher) -> None:
        assert len(hasher.hash("correct horse")) <= 128
        assert hasher.hash("correct horse").isascii()

    @pytest.mark.parametrize("hashed", ["", "x", "$", "$none$a$b", "correct horse", "$2a$", "\0", "é" * 60])
    def test_a_form_it_does_not_know_is_never_right(self, hasher: PasswordHasher, hashed: str) -> None:
        assert hasher.verify("correct horse", hashed) is False

    def test_a_damaged_hash_is_never_right(self, hasher: PasswordHasher) -> None:
        hashed = hasher.hash("correct horse")
        for damaged in (hashed[:-8], hashed + "AAAA", hashed[:-8] + "AAAAAAAA"):
            assert hasher.verify("correct horse", damaged) is False

    def test_what_it_does_not_know_should_be_hashed_anew(self, hasher: PasswordHasher) -> None:
        assert hasher.needs_rehash("plain text") is True


class AuthProviderSuite:
    """For providers of `AuthProvider` of the kind "password". Override `provider` and `account`."""

    @pytest.fixture
    def provider(self) -> AuthProvider:
        """Return the provider under test."""
        raise NotImplementedError("override the fixture provider")

    @pytest.fixture
    def account(self) -> tuple[str, str]:
        """Return the name and password of somebody whom the provider knows."""
        raise NotImplementedError("override the fixture account")

    def test_the_right_password_says_who_it_is(self, provider: AuthProvider, account: tuple[str, str]) -> None:
        identity = provider.authenticate(*account)
        assert identity is not None
        assert identity.provider == provider.id
        assert identity.subject or identity.user is not None

    @pytest.mark.parametrize("wrong", ["", "wrong", "*", "' OR 1=1", "\0", "x" * 100_000])
    def test_a_wrong_password_is_refused(self, provider: AuthProvider, account: tuple[str, str], wrong: str) -> None:
        with pytest.raises(InvalidCredentials):
            provider.authenticate(account[0], wrong)

    @pytest.mark.parametrize("login_id", ["nobody-at-all", "", "*", "' OR 1=1", ")(uid=*", "x" * 10_000])
    def test_somebody_it_does_not_know_is_not_its_business(self, provider: AuthProvider, login_id: str) -> None:
        assert provider.authenticate(login_id, "any password") is None

    def test_two_answers_name_the_same_subject(self, provider: AuthProvider, account: tuple[str, str]) -> None:
        first, second = provider.authenticate(*account), provider.authenticate(*account)
        assert first is not None
        assert second is not None
        assert first.subject == second.subject


class FileStoreSuite:
    """For providers of `FileStore`. Override `store`, an empty one for each test."""

    @pytest.fixture
    def store(self) -> FileStore:
        """Return the empty store under test."""
        raise NotImplementedError("override the fixture store")

    @pytest.mark.parametrize("content", [b"", b"hello", bytes(range(256)) * 1000], ids=["empty", "text", "binary"])
    def test_what_is_written_is_read(self, store: FileStore, content: bytes) -> None:
        assert store.write("a/b/file.txt", [content[:3], content[3:]]) == len(content)
        assert b"".join(store.read("a/b/file.txt")) == content
        assert store.size("a/b/file.txt") == len(content)

    def test_a_file_knows_when_it_was_written(self, store: FileStore) -> None:
        before = now_ms()
        store.write("file", [b"x"])
        # Stores may count in seconds, by clocks of their own.
        assert abs(store.modified("file") - before) < 60_000
        with pytest.raises(FileNotFoundError):
            store.modified("nothing")

    def test_a_part_is_read_alone(self, store: FileStore) -> None:
        store.write("file", [b"0123456789"])
        assert b"".join(store.read("file", start=2, end=5)) == b"234"
        assert b"".join(store.read("file", start=7)) == b"789"
        assert b"".join(store.read("file", start=5, end=100)) == b"56789"

    def test_writing_again_replaces(self, store: FileStore) -> None:
        store.write("file", [b"a long first text"])
        store.write("file", [b"short"])
        assert b"".join(store.read("file")) == b"short"

    def test_a_write_that_fails_half_way_leaves_what_was_there(self, store: FileStore) -> None:
        def pieces() -> Iterable[bytes]:
            yield b"half"
            raise ConnectionError("the uploader is gone")

        store.write("kept", [b"before"])
        for path in ("kept", "new"):
            with pytest.raises(ConnectionError):
                store.write(path, pieces())
        assert b"".join(store.read("kept")) == b"before"
        assert not store.exists("new")
        assert list(store.list("")) == ["kept"]

    def test_what_is_not_there_says_so(self, store: FileStore) -> None:
        assert not store.exists("nothing")
        with pytest.raises(FileNotFoundError):
            store.size("nothing")
        with pytest.raises(FileNotFoundError):
            b"".join(store.read("nothing"))

    def test_a_copy_is_independent(self, store: FileStore) -> None:
        store.write("one", [b"1"])
        store.copy("one", "deep/two")
        store.write("one", [b"changed"])
        assert b"".join(store.read("deep/two")) == b"1"

    def test_what_is_moved_is_only_there(self, store: FileStore) -> None:
        store.write("old", [b"1"])
        store.move("old", "deep/new")
        assert not store.exists("old")
        assert b"".join(store.read("deep/new")) == b"1"

    def test_a_folder_is_listed_with_all_below_it(self, store: FileStore) -> None:
        for path in ("a/1", "a/b/2", "ab/3"):
            store.write(path, [b""])
        assert sorted(store.list("a")) == ["a/1", "a/b/2"]
        assert list(store.list("none")) == []

    def test_removing_is_final_and_may_be_repeated(self, store: FileStore) -> None:
        store.write("a/file", [b"1"])
        store.remove("a/file")
        store.remove("a/file")
        assert not store.exists("a/file")

    @pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../outside", "a/./../..", "a\0b"])
    def test_a_path_cannot_leave_the_store(self, store: FileStore, path: str) -> None:
        with pytest.raises((ValueError, OSError)):
            store.write(path, [b"stolen"])
        with pytest.raises((ValueError, OSError)):
            b"".join(store.read(path))
