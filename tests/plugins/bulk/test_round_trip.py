"""A site that is exported, imported elsewhere and exported again is the same file, on and across all engines."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from hubbub.tests.plugins.bulk.kit import bring, site_zip, whole_site, written


def lines_of(data: bytes) -> list[dict[str, Any]]:
    """Return the lines of an exported ZIP."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [json.loads(line) for line in archive.read("import.jsonl").splitlines()]


def test_a_site_goes_from_server_to_server_and_stays_the_same(server: Any, make_empty: Any, tmp_path: Path) -> None:
    bring(server, site_zip(tmp_path / "site.zip"))
    first = written(server, tmp_path)
    (tmp_path / "first.zip").write_bytes(first)
    # On SQLite there and back is to SQLite, from the others to SQLite: with the test below that is every pair.
    other = make_empty("sqlite")
    bring(other, tmp_path / "first.zip")
    assert written(other, tmp_path) == first
    # Imported once more into the server that has it all, nothing is there twice.
    bring(server, tmp_path / "first.zip")
    assert written(server, tmp_path) == first


def test_every_engine_writes_the_same_file(make_empty: Any, tmp_path: Path) -> None:
    site_zip(tmp_path / "site.zip")
    files = set()
    for engine in ("sqlite", "postgres", "mysql"):
        server = make_empty(engine)
        bring(server, tmp_path / "site.zip")
        # When the import was made is when people without times in the file have read: the one thing that differs.
        lines = lines_of(written(server, tmp_path))
        files.add(json.dumps(lines, sort_keys=True).replace(str(_newest(lines)), "now"))
    assert len(files) == 1


def _newest(lines: list[dict[str, Any]]) -> int:
    users = [line["user"] for line in lines if line["type"] == "user"]
    return max(c["last_viewed_at"] for user in users for team in user["teams"] for c in team["channels"])


def test_what_went_in_comes_out(make_empty: Any, tmp_path: Path) -> None:
    server = make_empty("sqlite")
    bring(server, site_zip(tmp_path / "site.zip"))
    out = {}
    for line in lines_of(written(server, tmp_path)):
        out.setdefault(line["type"], []).append(line.get(line["type"]))
    put: dict[str, list[Any]] = {}
    for line in whole_site():
        put.setdefault(line["type"], []).append(line.get(line["type"]))
    for kind in ("team", "channel", "post", "direct_post"):
        assert [strip(entry) for entry in _sorted(out[kind])] == [strip(entry) for entry in _sorted(put[kind])]
    ann, wanted = out["user"][0], next(entry for entry in put["user"] if entry["username"] == "ann")
    for name in set(wanted) - {"teams", "profile_image", "notify_props"}:
        assert ann[name] == wanted[name], name
    talk = next(entry for entry in ann["teams"][0]["channels"] if entry["name"] == "talk")
    assert talk["favorite"] is True
    assert (talk["msg_count"], talk["mention_count"], talk["last_viewed_at"]) == (2, 1, 1_700_000_000_005)
    assert ann["notify_props"]["mention_keys"] == "ann,mate"
    assert next(role for role in out["role"] if role["name"] == "helper")["permissions"] == ["create_team"]
    assert out["scheme"][0]["default_team_user_role"]["permissions"] == ["create_post"]
    assert out["bot"] == [{"username": "robot", "owner": "ann", "display_name": "Robot", "description": "Beeps"}]
    assert out["emoji"][0]["name"] == "hornblower"
    pair = next(entry for entry in out["direct_channel"] if entry["members"] == ["ann", "bob"])
    assert (pair["favorited_by"], pair["shown_by"], pair["header"]) == (["ann"], ["ann", "bob"], "psst")
    assert {tuple(entry["members"]) for entry in out["direct_channel"]} == {
        ("ann", "ann"), ("ann", "bob"), ("ann", "bob", "guest")
    }  # fmt: skip


def _sorted(entries: list[Any]) -> list[Any]:
    return sorted(
        entries,
        key=lambda entry: json.dumps(
            [entry.get("team"), entry.get("create_at"), entry.get("message"), entry.get("name")]
        ),
    )


def strip(value: Any) -> Any:
    """Return a line without what says nothing, and without paths, which the export makes itself."""
    if isinstance(value, dict):
        found = {name: strip(entry) for name, entry in value.items() if name != "path"}
        return {name: entry for name, entry in found.items() if entry not in (None, "", 0, [], False)}
    if isinstance(value, list):
        return sorted((strip(entry) for entry in value), key=lambda entry: json.dumps(entry, sort_keys=True))
    return value
