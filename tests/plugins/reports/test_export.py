"""Everybody is written into a table, which comes as a direct message to whom has asked."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY
from hubbub.tests.services.moments import pass_moment

PATH = "/reports/users/export"


@pytest.fixture
def make_site(make_talk: Any, tmp_path: Path) -> Callable[..., Any]:
    """Return `make_site(**sections)`: people in a channel, on a server with jobs and files."""
    files = {"Directory": str(tmp_path / "kept")}
    return lambda **sections: make_talk((*ONLY, "files", "jobs", "reports"), FileSettings=files, **sections)


@pytest.fixture
def site(make_site: Callable[..., Any]) -> Any:
    """Return them with the settings as they come."""
    return make_site()


def received(site: Any, client: Any) -> list[tuple[str, list[dict[str, str]]]]:
    """Return (text, rows of the table) of each direct message of the server."""
    bot = site.alice.get("/users/username/system-bot").json["id"]
    channel = client.post("/channels/direct", [client.id, bot], expect=201).json["id"]
    found = []
    for post in client.get(f"/channels/{channel}/posts").json["posts"].values():
        (file,) = post["file_ids"]
        rows = csv.DictReader(io.StringIO(client.get(f"/files/{file}").body.decode(), newline=""))
        found.append((post["message"], list(rows)))
    return found


def test_the_table_has_everybody_who_is_asked_for(site: Any) -> None:
    site.alice.put(
        f"/users/{site.carol.id}/patch", {"first_name": "=HYPERLINK(1)", "last_name": 'a "b", c'}, expect=200
    )
    site.alice.delete(f"/users/{site.dave.id}")
    site.say(site.bob, "hello")
    assert site.alice.post(f"{PATH}?date_range=last_30_days").json == {"status": "OK"}
    assert site.server.app.tasks.drain(20)
    ((text, rows),) = received(site, site.alice)
    assert "report" in text
    by_name = {row["Username"]: row for row in rows}
    assert sorted(by_name) == ["alice", "bob", "carol", "dave", "eve"]
    assert by_name["carol"]["Name"] == """'=HYPERLINK(1) a "b", c""", "no formula for a spreadsheet"
    assert (by_name["bob"]["TotalPosts"], by_name["eve"]["TotalPosts"]) == ("1", "0")
    assert by_name["dave"]["DeletedAt"] >= by_name["dave"]["CreateAt"] > "2020"
    assert by_name["bob"]["DeletedAt"] == ""
    assert site.alice.post(f"{PATH}?hide_inactive=true&search_term=da").status == 200
    assert site.server.app.tasks.drain(20)
    assert sorted(len(rows) for _, rows in received(site, site.alice)) == [0, 5]


@pytest.mark.engines("sqlite")
def test_more_people_than_a_page_holds_are_each_there_once(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.plugins.reports.export.PAGE", 2)
    site.alice.post(PATH, expect=200)
    assert site.server.app.tasks.drain(20)
    ((_, rows),) = received(site, site.alice)
    assert sorted(row["Username"] for row in rows) == ["alice", "bob", "carol", "dave", "eve"]


@pytest.mark.engines("sqlite")
def test_others_and_wrong_spans_are_refused(site: Any) -> None:
    assert site.bob.post(PATH).status == 403
    answer = site.alice.post(f"{PATH}?date_range=someday")
    assert (answer.status, answer.json["id"]) == (400, "model.reporting_base_options.is_valid.bad_date_range")


@pytest.mark.engines("sqlite")
def test_the_same_report_is_not_made_twice_at_a_time(make_site: Callable[..., Any]) -> None:
    site = make_site(JobSettings={"RunJobs": False})  # the first one goes on waiting
    assert site.alice.post(PATH).status == 200
    pass_moment()
    again = site.alice.post(PATH)
    assert (again.status, again.json["id"]) == (400, "app.report.start_users_batch_export.job_exists")


@pytest.mark.engines("sqlite")
def test_a_job_made_by_hand_tells_nobody_what_they_may_not_see(site: Any) -> None:
    body = {"type": "export_users_to_csv", "data": {"requesting_user_id": site.bob.id}}
    job = site.alice.post("/jobs", body, expect=201).json
    assert site.server.app.tasks.drain(20)
    assert site.alice.get(f"/jobs/{job['id']}").json["status"] == "error"
    assert site.server.app.db.fetch_value("SELECT COUNT(*) FROM {fileinfo}") == 0
