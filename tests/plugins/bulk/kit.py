"""Files of the bulk format for tests: a small site that has something of everything, and lines to break."""

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hubbub.core.ids import new_id
from hubbub.plugins.bulk.exporting import Options
from hubbub.plugins.bulk.importing import Importer
from hubbub.plugins.bulk.source import Source
from hubbub.tests.plugins.files.kit import ONLY as TALK
from hubbub.tests.plugins.files.kit import picture

ONLY = (*TALK, "threads", "search", "search_database", "jobs", "bulk")
T = 1_700_000_000_000
VERSION = {"type": "version", "version": 1}


def line(kind: str, **fields: Any) -> dict[str, Any]:
    """Return a line."""
    return {"type": kind, kind: fields}


def team(name: str = "crew", **more: Any) -> dict[str, Any]:
    return line("team", name=name, display_name=name.title(), type="O", **more)


def channel(name: str, **more: Any) -> dict[str, Any]:
    return line("channel", **{"team": "crew", "name": name, "display_name": name.title(), "type": "O", **more})


def user(name: str, *channels: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    """Return a member of the team and of channels."""
    listed = [{"name": entry, "roles": "channel_user"} if isinstance(entry, str) else entry for entry in channels]
    teams = [{"name": "crew", "roles": "team_user", "channels": listed}] if listed else []
    return line("user", **{"username": name, "email": f"{name}@example.com", "teams": teams, **more})


def post(author: str, message: str, at: int, **more: Any) -> dict[str, Any]:
    return line(
        "post", **{"team": "crew", "channel": "talk", "user": author, "message": message, "create_at": T + at, **more}
    )


def reply(author: str, message: str, at: int, **more: Any) -> dict[str, Any]:
    return {"user": author, "message": message, "create_at": T + at, **more}


BASE = [VERSION, team(), channel("town-square"), channel("talk"), user("ann", "talk"), user("bob", "talk")]


def write(path: Path, lines: Iterable[dict[str, Any] | bytes]) -> Path:
    """Write lines to a file."""
    path.write_bytes(b"".join(_bytes(entry) + b"\n" for entry in lines))
    return path


def _bytes(entry: dict[str, Any] | bytes) -> bytes:
    return entry if isinstance(entry, bytes) else json.dumps(entry, ensure_ascii=False).encode()


def pack(path: Path, lines: Iterable[dict[str, Any] | bytes], **files: bytes) -> Path:
    """Write a ZIP with lines and files below data/; `__` in a file's name is a slash, `_dot_` a dot."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.jsonl", b"".join(_bytes(entry) + b"\n" for entry in lines))
        for name, data in files.items():
            archive.writestr("data/" + name.replace("__", "/").replace("_dot_", "."), data)
    return path


def whole_site() -> list[dict[str, Any]]:
    """Return lines of every type, with every field that is stored."""
    counts = {
        "mention_count": 1,
        "mention_count_root": 1,
        "urgend_mention_count": 0,
        "msg_count": 2,
        "msg_count_root": 1,
    }
    read = {"name": "talk", "roles": "channel_user channel_admin", "favorite": True, "last_viewed_at": T + 5, **counts}
    props = {"desktop": "all", "mobile": "none", "mark_unread": "mention", "email": "false"}
    return [
        VERSION,
        line("role", name="helper", display_name="Helper", description="Helps", permissions=["create_team"]),
        line("scheme", name="strict", display_name="Strict", scope="team", **{
            f"default_{kind}_role": {"name": f"strict_{kind}", "display_name": kind, "permissions": ["create_post"]}
            for kind in ("team_admin", "team_user", "team_guest", "channel_admin", "channel_user", "channel_guest")
        }),
        team(description="All aboard", allow_open_invite=True, scheme="strict"),
        team("brig"),
        channel("town-square"), channel("off-topic"), channel("talk", header="Hello", purpose="To talk"),
        channel("old", deleted_at=T), channel("quiet", type="P"), channel("town-square", team="brig"),
        user("ann", {**read, "notify_props": props}, "quiet", "town-square", roles="system_user system_admin helper",
             nickname="Anne", first_name="Ann", last_name="Óg", position="Mate", locale="de", profile_image="ann.png",
             theme='{"sidebarBg":"#fff"}', military_time="true", tutorial_step="3", email_interval="hour",
             formatting="false", show_join_leave="false", name_format="full_name", collapse_consecutive_messages="true",
             notify_props={"desktop": "all", "mobile": "mention", "mention_keys": "ann,mate", "comments": "any"},
             custom_status={"emoji": "ship", "text": "at sea", "duration": "", "expires_at": "0001-01-01T00:00:00Z"}),
        user("bob", "talk", "town-square", password="bobs Secret 1"),
        user("guest", {"name": "talk", "roles": "channel_guest"}, roles="system_guest"),
        user("left", "talk", delete_at=T + 9, auth_service="ldap", auth_data="cn=left"),
        line("bot", username="robot", owner="ann", display_name="Robot", description="Beeps"),
        post("ann", "Hello 🚢 größe #ship", 1, is_pinned=True, flagged_by=["bob", "ann"], edit_at=T + 50,
             props={"from_bot": "no", "list": [1, 2.5, {"b": 1, "a": 2.0}]},
             reactions=[{"user": "bob", "emoji_name": "tada", "create_at": T + 2},
                        {"user": "ann", "emoji_name": "hornblower", "create_at": T + 2}],
             attachments=[{"path": "notes.txt"}, {"path": "data/pictures/sea.png"}],
             replies=[reply("bob", "First!", 3, flagged_by=["ann"]), reply("robot", "Beep", 4, type="custom_beep"),
                      reply("ann", "Thanks", 5, reactions=[{"user": "bob", "emoji_name": "+1", "create_at": T + 6}])],
             thread_followers=[{"user": "ann", "last_viewed": T + 5, "unread_mentions": 0},
                               {"user": "bob", "last_viewed": T + 3, "unread_mentions": 1}]),
        post("bob", "the same moment", 7), post("bob", "the same moment, other words", 7),
        post("bob", "the same moment", 7),
        post("ann", "ann joined.", 8, type="system_join_channel", props={"username": "ann"}),
        post("ann", "all quiet", 1, channel="quiet"), post("ann", "long ago", 1, channel="old"),
        line("emoji", name="hornblower", image="emoji/hornblower.png"),
        line("direct_channel", members=["ann", "bob"], favorited_by=["ann"], shown_by=["ann", "bob"], header="psst"),
        line("direct_channel", members=["ann", "ann"], shown_by=["ann"]),
        line("direct_channel", participants=[
            {"username": "ann", "scheme_user": True, "msg_count": 1, "msg_count_root": 1, "last_viewed_at": T + 2,
             "mention_count": 0, "mention_count_root": 0},
            {"username": "bob", "scheme_user": True}, {"username": "guest", "scheme_guest": True, "scheme_user": False},
        ], shown_by=["guest"]),
        line("direct_post", channel_members=["ann", "bob"], user="bob", message="secret", create_at=T + 1,
             replies=[reply("ann", "noted", 2)], reactions=[{"user": "ann", "emoji_name": "eyes", "create_at": T + 2}],
             flagged_by=["ann"]),
        line("direct_post", channel_members=["ann", "ann"], user="ann", message="note to self", create_at=T + 1),
        line("direct_post", channel_members=["ann", "bob", "guest"], user="ann", message="us three", create_at=T + 1),
    ]  # fmt: skip


def site_zip(path: Path) -> Path:
    """Write the whole site with its files."""
    return pack(
        path, whole_site(), ann_dot_png=picture(300, 300), emoji__hornblower_dot_png=picture(16, 16),
        notes_dot_txt=b"to buy: rope", pictures__sea_dot_png=picture(64, 32),
    )  # fmt: skip


def bring(server: Any, path: Path, **options: Any) -> Importer:
    """Check a file and import it."""
    bulk = server.plugin("bulk").bulk
    source = Source(path)
    try:
        found = bulk.check(source, attachments=options.get("attachments", True))
        return bulk.apply(source, found, **options)
    finally:
        source.close()


def written(server: Any, folder: Path, suffix: str = ".zip") -> bytes:
    """Export everything and return the file."""
    path = folder / f"{new_id()}{suffix}"
    options = Options(archived=True, attachments=suffix == ".zip", pictures=suffix == ".zip")
    server.plugin("bulk").bulk.export(path, options, zipped=suffix == ".zip")
    return path.read_bytes()
