"""Files that can't be imported: each is refused before anything is stored, saying where it is wrong and what to do."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.contracts.bulk import BulkError
from hubbub.plugins.bulk.source import Source
from hubbub.tests.plugins.bulk.kit import BASE, ONLY, VERSION, bring, channel, line, pack, post, reply, user, write

WRONG: list[tuple[str, list[Any], str]] = [
    ("broken JSON", [*BASE, b'{"type":"post","post":{'], "line 7: this is not JSON"),
    ("no JSON at all", [*BASE, b"hello"], "line 7: this is not JSON"),
    ("invalid UTF-8", [*BASE, b'{"type":"team","team":{"name":"\xff"}}'], "line 7: the text is not UTF-8 (byte 32"),
    ("unknown type", [*BASE, line("boat", name="x")], "line 7: the type 'boat' is not known here. There are: bot,"),
    ("a type without its field", [*BASE, {"type": "post"}], "line 7: a line of type post needs a field post"),
    (
        "a field of a wrong type",
        [*BASE, post("ann", "x", 1) | {"post": {"message": 7}}],
        "line 7: post.message: Expected",
    ),
    ("a missing field", [*BASE, line("post", team="crew", channel="talk", user="ann")], "line 7: post: Object missing"),
    ("no version", BASE[1:], "line 1: a file begins with a line"),
    ("another version", [{"type": "version", "version": 2}], "line 1: version 2 of the format is not known"),
    ("a second version", [*BASE, VERSION], "line 7: only the first line says the version"),
    ("nothing", [], "the file is empty"),
    ("a user twice", [*BASE, user("ann")], "line 7: the user ann is on line 5 already"),
    (
        "an address twice",
        [*BASE, user("eve", email="Ann@example.com")],
        "line 7: the e-mail address Ann@example.com is on",
    ),
    ("a bot that is a user", [*BASE, line("bot", username="ann", owner="bob")], "line 7: the user ann is on line 5"),
    ("a channel of no team", [*BASE, channel("x", team="fleet")], "line 7: there is no team 'fleet'"),
    ("a post in no channel", [*BASE, post("ann", "x", 1, channel="lost")], "line 7: there is no channel 'lost' in the"),
    ("a post of nobody", [*BASE, post("eve", "x", 1)], "line 7: there is no user 'eve'"),
    (
        "a reply of nobody",
        [*BASE, post("ann", "x", 1, replies=[reply("eve", "y", 2)])],
        "line 7: there is no user 'eve'",
    ),
    ("a member of no channel", [*BASE, user("eve", "lost")], "line 7: there is no channel 'lost'"),
    (
        "a reaction of nobody",
        [*BASE, post("ann", "x", 1, reactions=[{"user": "eve", "emoji_name": "x", "create_at": 5}])],
        "line 7: there is no user 'eve'",
    ),
    ("a message that is too long", [*BASE, post("ann", "x" * 16_384, 1)], "line 7: the message has 16384 characters"),
    ("a post without a time", [*BASE, post("ann", "x", 1, create_at=0)], "line 7: create_at is the time of a post"),
    (
        "a reply before its post",
        [*BASE, post("ann", "x", 5, replies=[reply("bob", "y", 2)])],
        "line 7: a reply is older",
    ),
    ("a channel's bad name", [*BASE, channel("No Way!")], "line 7: the channel No Way!:"),
    ("a user's bad name", [*BASE, user("no way")], "line 7: the user no way:"),
    ("a user's name in capitals", [*BASE, user("Eve")], "line 7: user names are in lower case"),
    (
        "a password and auth_data",
        [*BASE, user("eve", password="x", auth_service="ldap", auth_data="y")],
        "line 7: eve has a",
    ),
    (
        "a permission there isn't",
        [*BASE, line("role", name="r", display_name="R", permissions=["fly"])],
        "that there isn't: fly",
    ),
    (
        "a scheme without a role",
        [*BASE, line("scheme", name="s", display_name="S", scope="team")],
        "line 7: a scheme of scope",
    ),
    (
        "too many members",
        [*BASE, line("direct_channel", members=["ann"])],
        "line 7: a direct or group channel has 2 to 8",
    ),
    (
        "a stranger's favourite",
        [*BASE, line("direct_channel", members=["ann", "bob"], shown_by=["eve"])],
        "line 7: eve is in",
    ),
    (
        "a missing attachment",
        [*BASE, post("ann", "x", 1, attachments=[{"path": "a.txt"}])],
        "line 7: the file a.txt is missing",
    ),
    (
        "a path that leads out",
        [*BASE, post("ann", "x", 1, attachments=[{"path": "../config.json"}])],
        "line 7: the path '../conf",
    ),
    (
        "an absolute path",
        [*BASE, post("ann", "x", 1, attachments=[{"path": "/etc/passwd"}])],
        "line 7: the path '/etc/passwd'",
    ),
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Yield a server that no test here changes."""
    from hubbub.core.testing import make_app

    with make_app({}, only=ONLY, data_directory=tmp_path_factory.mktemp("empty")) as app:
        yield app


def _plugin(app: Any) -> Any:
    return app if hasattr(app, "plugin") else app.app


@pytest.mark.parametrize(("lines", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_it_is_refused_with_its_line_and_the_reason(empty: Any, tmp_path: Path, lines: list[Any], message: str) -> None:
    with pytest.raises(BulkError) as refused:
        bring(empty, write(tmp_path / "wrong.jsonl", lines))
    assert message in refused.value.text
    assert "nothing was changed" in refused.value.text
    assert empty.app.db.fetch_value("SELECT COUNT(*) FROM {users}") == 0
    assert empty.app.db.fetch_value("SELECT COUNT(*) FROM {hb_bulkimports}") == 0


def test_all_that_is_wrong_is_told_at_once(empty: Any, tmp_path: Path) -> None:
    with pytest.raises(BulkError) as refused:
        bring(empty, write(tmp_path / "wrong.jsonl", [*BASE, b"{", post("eve", "x", 1), user("ann")]))
    assert [f"line {number}" in refused.value.text for number in (7, 8, 9)] == [True] * 3


def test_a_link_in_the_folder_is_not_followed_out_of_it(empty: Any, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret")
    lines = [*BASE, post("ann", "x", 1, attachments=[{"path": "link.txt"}])]
    with pytest.raises(BulkError, match=r"link\.txt is missing"):
        bring(empty, write(tmp_path / "in" / "site.jsonl", lines))


def test_a_zip_that_names_places_outside_of_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BulkError, match="a place outside of it"):
        Source(pack(tmp_path / "evil.zip", BASE, **{"..__..__x": b""}))


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.jsonl", bytes(80 << 20))
    with pytest.raises(BulkError, match=r"would unpack from \d+ to 83886080 bytes"):
        Source(tmp_path / "bomb.zip")


def test_a_zip_needs_one_list_of_lines(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("one.jsonl", "")
        archive.writestr("two.jsonl", "")
    with pytest.raises(BulkError, match=r"holds 2 \.jsonl files"):
        Source(tmp_path / "two.zip")


@pytest.mark.parametrize("cut", [10, -40])
def test_a_zip_whose_end_is_missing_is_refused(tmp_path: Path, cut: int) -> None:
    data = pack(tmp_path / "whole.zip", BASE).read_bytes()
    (tmp_path / "half.zip").write_bytes(data[:cut])
    with pytest.raises(BulkError, match="copy it again"):
        Source(tmp_path / "half.zip")


def test_a_zip_that_is_broken_inside_is_refused(empty: Any, tmp_path: Path) -> None:
    data = bytearray(pack(tmp_path / "whole.zip", BASE * 40).read_bytes())
    data[60:90] = bytes(30)
    (tmp_path / "broken.zip").write_bytes(data)
    with pytest.raises(BulkError, match=r"the ZIP file is broken here|not UTF-8|not JSON"):
        bring(empty, tmp_path / "broken.zip")


def test_a_line_that_has_no_end_is_refused(empty: Any, tmp_path: Path) -> None:
    lines = [*BASE, b'{"type":"team","team":{"name":"' + b"x" * (17 << 20) + b'"}}']
    with pytest.raises(BulkError, match="line 7 has more than 16777216 bytes"):
        bring(empty, write(tmp_path / "long.jsonl", lines))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BulkError, match=r"gone\.zip isn't there"):
        Source(tmp_path / "gone.zip")


# --- what only the server knows ---


def test_an_address_that_somebody_else_has_is_refused(server: Any, tmp_path: Path) -> None:
    bring(server, write(tmp_path / "site.jsonl", BASE))
    with pytest.raises(
        BulkError, match=r"line 4: eve can't have the e-mail address ann@example.com: the account ann has"
    ):
        bring(server, write(tmp_path / "more.jsonl", [*BASE[:3], user("eve", email="ann@example.com")]))


def test_a_bot_cannot_have_the_name_of_a_person_here(server: Any, tmp_path: Path) -> None:
    bring(server, write(tmp_path / "site.jsonl", BASE))
    with pytest.raises(BulkError, match="line 2: the bot bob can't be made: a person's account has that name here"):
        bring(server, write(tmp_path / "more.jsonl", [VERSION, line("bot", username="bob", owner="ann")]))


def test_an_attachment_that_is_no_file_of_the_zip_can_be_left_out(server: Any, tmp_path: Path) -> None:
    lines = [*BASE, post("ann", "x", 1, attachments=[{"path": "a.txt"}])]
    bring(server, write(tmp_path / "site.jsonl", lines), attachments=False)
    assert server.app.db.fetch_value("SELECT fileids FROM {posts}") == "[]"
