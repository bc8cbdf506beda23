"""What belongs to nothing is found, and removed where that is wanted; what anything needs stays."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.core.ids import new_id
from hubbub.tests.plugins.files.kit import ONLY, kept, picture, upload

DAY_MS = 86_400_000
WITH = (*ONLY, "jobs", "drafts", "scheduled_posts", "bookmarks", "threads")


def site_of(make_talk: Any, tmp_path: Path, days: int = 0) -> Any:
    """Return a server whose job removes orphans after some days."""
    return make_talk(
        WITH,
        FileSettings={"Directory": str(tmp_path / "kept")},
        PluginSettings={"Plugins": {"files": {"OrphanedFilesDays": days}}},
    )


def age(site: Any, tmp_path: Path) -> None:
    """Make all uploads 40 days old, where they are kept too."""
    db = site.server.app.db
    db.execute("UPDATE {fileinfo} SET createat = ?", (now_ms() - 40 * DAY_MS,))
    for folder in (tmp_path / "kept").glob("2*"):
        old = folder.with_name("20200101")
        folder.rename(old)
        for column in ("path", "thumbnailpath", "previewpath"):
            sql = f"UPDATE {{fileinfo}} SET {column} = REPLACE({column}, ?, '20200101')"
            db.execute(sql, (folder.name,))


def run(site: Any) -> dict[str, Any]:
    """Have the job run to its end; return its data."""
    job = site.alice.post("/jobs", {"type": "orphaned_files"}, expect=201)
    assert site.server.app.tasks.drain(20)
    done = site.alice.get(f"/jobs/{job.json['id']}").json
    assert done["status"] == "success", done
    data: dict[str, Any] = done["data"]
    return data


def fill(site: Any, tmp_path: Path) -> None:
    """Upload one file of each kind that is needed, one that isn't, and store one that the database doesn't know."""
    file = {name: upload(site.bob, site.channel, f"{name}.txt")["id"] for name in ("sent", "draft", "later", "lost")}
    site.say(site.bob, "look", file_ids=[file["sent"]])
    draft = {"user_id": site.bob.id, "channel_id": site.channel, "message": "hm", "file_ids": [file["draft"]]}
    site.bob.post("/drafts", draft, expect=201)
    later = {"channel_id": site.channel, "message": "later", "file_ids": [file["later"]]}
    site.bob.post("/posts/schedule", {**later, "scheduled_at": now_ms() + DAY_MS}, expect=201)
    age(site, tmp_path)
    for path in (
        f"20200101/teams/noteam/channels/{site.channel}/users/{site.bob.id}/{new_id()}/killed.txt",
        "20200101/notes.txt",
        f"users/{site.bob.id}/profile.png",
    ):
        target = tmp_path / "kept" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"x")
    upload(site.bob, site.channel, "young.txt")


def test_the_job_removes_what_nothing_needs_once_it_is_old(make_talk: Any, tmp_path: Path) -> None:
    site = site_of(make_talk, tmp_path, days=30)
    fill(site, tmp_path)
    assert run(site) == {"uploads": "1", "stored_files": "1", "removed": "true"}
    left = ["draft.txt", "later.txt", "notes.txt", "profile.png", "sent.txt", "young.txt"]
    assert kept(tmp_path / "kept") == left
    assert run(site) == {"uploads": "0", "stored_files": "0", "removed": "true"}


@pytest.mark.engines("sqlite")
def test_it_only_counts_where_nothing_else_is_wanted(make_talk: Any, tmp_path: Path) -> None:
    site = site_of(make_talk, tmp_path)
    fill(site, tmp_path)
    before = kept(tmp_path / "kept")
    assert run(site) == {"uploads": "1", "stored_files": "1", "removed": "false"}
    assert kept(tmp_path / "kept") == before
    kind = site.server.plugin("jobs").types.get("orphaned_files")
    assert not kind.enabled(site.server.app.config)


@pytest.mark.engines("sqlite")
def test_bytes_that_another_file_has_too_stay(make_talk: Any, tmp_path: Path) -> None:
    site = site_of(make_talk, tmp_path, days=30)
    first = upload(site.bob, site.channel, "a.png", picture())["id"]
    site.say(site.bob, "look", file_ids=[first])
    second = upload(site.bob, site.channel, "b.png", picture())["id"]
    age(site, tmp_path)
    db = site.server.app.db
    path = db.fetch_value("SELECT path FROM {fileinfo} WHERE id = ?", (first,))
    db.execute("UPDATE {fileinfo} SET path = ? WHERE id = ?", (path, second))
    assert run(site)["uploads"] == "1"
    assert site.bob.get(f"/files/{first}").status == 200


@pytest.mark.engines("sqlite")
def test_an_upload_that_is_sent_meanwhile_stays(make_talk: Any, tmp_path: Path) -> None:
    site = site_of(make_talk, tmp_path, days=30)
    file = upload(site.bob, site.channel)["id"]
    age(site, tmp_path)
    orphans = site.server.plugin("files")._orphans
    (found,) = list(orphans.find(30))
    site.say(site.bob, "at last", file_ids=[file])
    orphans.remove(found)
    assert site.bob.get(f"/files/{file}").body == b"hello"


@pytest.mark.engines("sqlite")
def test_the_command_lists_and_removes(make_talk: Any, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from hubbub.plugins.files.commands import file_commands

    site = site_of(make_talk, tmp_path)
    fill(site, tmp_path)
    plugin = site.server.plugin("files")
    group = file_commands(plugin._context, plugin._files.stores, plugin._orphans)
    listed = CliRunner().invoke(group, ["orphans"])
    assert listed.exit_code == 0, listed.output
    assert "killed.txt" in listed.stdout
    assert "1 uploads that no message has and 1 unknown files are there" in listed.stderr
    assert "were removed" in CliRunner().invoke(group, ["orphans", "--delete"]).stderr
    assert CliRunner().invoke(group, ["orphans"]).stdout == ""
