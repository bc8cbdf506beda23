"""What is too old is deleted with all that belongs to it, in batches; what isn't stays."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.core.ids import new_id
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.files.kit import upload

DAY_MS = 86_400_000
ON = {"EnableMessageDeletion": True, "MessageRetentionDays": 30}


def age(site: Any, days: float, *posts: dict[str, Any]) -> None:
    """Make posts, with their files, older."""
    for post in posts:
        for table, column in (("posts", "id"), ("posts", "originalid"), ("fileinfo", "postid")):
            sql = f"UPDATE {{{table}}} SET createat = ? WHERE {column} = ?"
            site.server.app.db.execute(sql, (now_ms() - int(days * DAY_MS), post["id"]))


def run(site: Any) -> dict[str, Any]:
    """Have the job run to its end; return its data."""
    job = site.alice.post("/jobs", {"type": "data_retention"})
    assert job.status == 201, job
    assert site.server.app.tasks.drain(20)
    done = site.alice.get(f"/jobs/{job.json['id']}").json
    assert done["status"] == "success", done
    data: dict[str, Any] = done["data"]
    return data


def rows(site: Any, table: str) -> int:
    """Count a table's rows."""
    return int(site.server.app.db.fetch_value(f"SELECT COUNT(*) FROM {{{table}}}"))


def kept(tmp_path: Path) -> list[Path]:
    """Return the files of the file store."""
    return [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_an_old_post_goes_with_all_that_belongs_to_it(make_site: Any, tmp_path: Path) -> None:
    site = make_site(**ON)
    before = {table: rows(site, table) for table in ("posts", "preferences")}
    file = upload(site.bob, site.channel)["id"]
    root = site.say(site.bob, "old and @carol", file_ids=[file], metadata={"priority": {"priority": "important"}})
    reply = site.say(site.carol, "an answer", root_id=root["id"])
    edited = site.bob.put(f"/posts/{root['id']}/patch", {"message": "old and better"})
    assert edited.status == 200
    mood = {"user_id": site.carol.id, "post_id": root["id"], "emoji_name": "smile"}
    assert site.carol.post("/reactions", mood).status == 200
    saved = {"user_id": site.bob.id, "category": "flagged_post", "name": root["id"], "value": "true"}
    assert site.bob.put("/users/me/preferences", [saved]).status == 200
    reminder = {"target_time": now_ms() // 1000 + 3_600}
    assert site.bob.post(f"/users/me/posts/{root['id']}/reminder", reminder).status == 200
    young = site.say(site.bob, "young news")
    age(site, 31, root, reply)
    assert run(site)["posts_deleted"] == "3", "the post, its first text and the answer"
    assert site.bob.get(f"/posts/{root['id']}").status == 404
    assert site.bob.get(f"/posts/{young['id']}").status == 200
    assert rows(site, "posts") == before["posts"] + 1
    assert rows(site, "preferences") == before["preferences"]
    for table in ("threads", "threadmemberships", "reactions", "postspriority", "postreminders", "fileinfo"):
        assert rows(site, table) == 0, table
    assert kept(tmp_path) == []
    found = site.bob.post(f"/teams/{site.team}/posts/search", {"terms": "old", "is_or_search": False})
    assert found.status in (200, 404)
    assert found.status == 404 or found.json["order"] == []
    assert "old and better" not in site.messages(site.bob)


@pytest.mark.engines("sqlite")
def test_bytes_that_a_younger_file_has_too_stay(make_site: Any, tmp_path: Path) -> None:
    site = make_site(**ON, EnableFileDeletion=True, FileRetentionDays=50)
    files = [upload(site.bob, site.channel, f"{name}.txt")["id"] for name in ("old", "copy", "older", "copy2")]
    old, copy, _older, second = (site.say(site.bob, "look", file_ids=[file]) for file in files)
    db = site.server.app.db
    for source, target in ((files[0], files[1]), (files[2], files[3])):
        path = db.fetch_value("SELECT path FROM {fileinfo} WHERE id = ?", (source,))
        db.execute("UPDATE {fileinfo} SET path = ? WHERE id = ?", (path, target))
    age(site, 31, old)
    db.execute("UPDATE {fileinfo} SET createat = ? WHERE id = ?", (now_ms() - 60 * DAY_MS, files[2]))
    run(site)
    assert rows(site, "fileinfo") == 2, "the old post's file and the one that is old itself are gone"
    assert [site.bob.get(f"/files/{file}").status for file in (files[1], files[3])] == [200, 200]
    age(site, 31, copy, second)
    run(site)
    assert {path.name for path in kept(tmp_path)} == {"copy.txt", "copy2.txt"}, "bytes go with the last that has them"


@pytest.mark.engines("sqlite", "postgres")
def test_it_is_done_in_batches(make_site: Any) -> None:
    site = make_site(**ON, BatchSize=2)
    posts = [site.say(site.bob, str(number)) for number in range(5)]
    age(site, 40, *posts)
    batches: list[int] = []

    class Listener:
        @hookimpl
        def posts_have_been_erased(self, post_ids: list[str]) -> None:
            batches.append(len(post_ids))

    site.server.app.hooks.register(Listener(), "listener")
    assert run(site)["posts_deleted"] == "5"
    assert batches == [2, 2, 1]


@pytest.mark.engines("sqlite")
def test_nothing_is_deleted_unless_that_is_wanted(make_site: Any) -> None:
    site = make_site()
    post = site.say(site.bob, "old")
    age(site, 4_000, post)
    assert run(site) == {}
    assert site.bob.get(f"/posts/{post['id']}").status == 200
    policy = site.bob.get("/data_retention/policy").json
    assert policy == {
        "message_deletion_enabled": False,
        "file_deletion_enabled": False,
        "message_retention_cutoff": 0,
        "file_retention_cutoff": 0,
    }


@pytest.mark.engines("sqlite")
def test_ages_may_be_in_hours_and_pinned_posts_may_stay(make_site: Any) -> None:
    site = make_site(
        EnableMessageDeletion=True, MessageRetentionDays=0, MessageRetentionHours=2, PreservePinnedPosts=True
    )
    pinned, reply, old, young = (site.say(site.bob, text) for text in ("pin", "reply", "old", "young"))
    reply = site.say(site.carol, "to the pinned one", root_id=pinned["id"])
    assert site.bob.post(f"/posts/{pinned['id']}/pin").status == 200
    age(site, 0.1, pinned, reply, old)
    run(site)
    assert [site.bob.get(f"/posts/{post['id']}").status for post in (pinned, reply, old, young)] == [200, 404, 404, 200]
    assert site.server.app.db.fetch_value("SELECT replycount FROM {threads}") == 0
    cutoff = site.bob.get("/data_retention/policy").json["message_retention_cutoff"]
    assert abs(now_ms() - 2 * 3_600_000 - cutoff) < 60_000


@pytest.mark.engines("sqlite", "postgres")
def test_policies_of_channels_and_teams_go_before_the_one_for_all(make_site: Any) -> None:
    site = make_site(**ON)
    own, forever = site.make_channel("own", site.bob), site.make_channel("forever", site.bob)
    db = site.server.app.db
    names = ("own", "forever", "team")
    policies = dict(zip(names, (new_id() for _ in names), strict=True))
    days = {"own": 5, "forever": -1, "team": 100}
    for name, policy in policies.items():
        row = (policy, name, days[name])
        db.insert_many("retentionpolicies", ("id", "displayname", "postduration"), [row])
    channels = [(policies["own"], own), (policies["forever"], forever)]
    db.insert_many("retentionpolicieschannels", ("policyid", "channelid"), channels)
    db.insert_many("retentionpoliciesteams", ("policyid", "teamid"), [(policies["team"], site.team)])
    in_own = site.bob.post("/posts", {"channel_id": own, "message": "6 days"}).json
    in_forever = site.bob.post("/posts", {"channel_id": forever, "message": "4000 days"}).json
    in_team, too_old = site.say(site.bob, "60 days"), site.say(site.bob, "101 days")
    for post, day in ((in_own, 6), (in_forever, 4_000), (in_team, 60), (too_old, 101)):
        age(site, day, post)
    assert run(site)["posts_deleted"] == "2"
    assert [site.alice.get(f"/posts/{post['id']}").status for post in (in_own, in_forever, in_team, too_old)] == [
        404,
        200,
        200,
        404,
    ]


@pytest.mark.engines("sqlite", "postgres")
def test_old_files_are_deleted_alone(make_site: Any, tmp_path: Path) -> None:
    site = make_site(EnableFileDeletion=True, FileRetentionDays=10)
    old, young = (upload(site.bob, site.channel, name)["id"] for name in ("a.txt", "b.txt"))
    posts = [site.say(site.bob, "file", file_ids=[file]) for file in (old, young)]
    age(site, 11, posts[0])
    assert run(site) == {"other_rows_deleted": "1"}
    assert [path.name for path in kept(tmp_path)] == ["b.txt"]
    assert (site.bob.get(f"/files/{old}").status, site.bob.get(f"/files/{young}").status) == (404, 200)
    assert site.bob.get(f"/posts/{posts[0]['id']}").status == 200


@pytest.mark.engines("sqlite")
def test_it_stops_between_batches_when_it_is_told_to(make_site: Any) -> None:
    site = make_site(**ON, BatchSize=1)
    age(site, 40, *(site.say(site.bob, str(number)) for number in range(3)))
    data: dict[str, Any] = {}
    site.server.plugin("data_retention").retention.run(data, lambda _percent: False)
    assert data == {"posts_deleted": "1"}


@pytest.mark.engines("sqlite")
def test_the_job_is_due_daily_once_something_is_to_be_deleted(make_site: Any) -> None:
    plain, wanted = make_site(), make_site(**ON, DeletionJobStartTime="03:45")
    assert not plain.server.plugin("jobs").types.get("data_retention").enabled(plain.server.app.config)
    kind = wanted.server.plugin("jobs").types.get("data_retention")
    assert kind.enabled(wanted.server.app.config)
    assert kind.daily_at(wanted.server.app.config) == "03:45"
