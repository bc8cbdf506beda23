"""Reports on accounts: which, in which order, how active."""

from typing import Any

import pytest

from hubbub.core.clock import now_ms

DAY_MS = 86_400_000


def listed(talk: Any, **query: Any) -> list[str]:
    """Return the user names of a report."""
    answer = talk.alice.get("/reports/users", query=query)
    assert answer.status == 200, answer
    return [user["username"] for user in answer.json]


def count(talk: Any, **query: Any) -> int:
    """Return how many accounts a report has."""
    return int(talk.alice.get("/reports/users/count", query=query).json)


def test_pages_go_on_from_where_the_last_one_ended(talk: Any) -> None:
    first = talk.alice.get("/reports/users?page_size=2").json
    assert [user["username"] for user in first] == ["alice", "bob"]
    place = {"from_column_value": "bob", "from_id": first[1]["id"], "page_size": 2}
    assert listed(talk, **place) == ["carol", "dave"]
    assert listed(talk, **place, direction="prev") == ["alice"]
    assert listed(talk, sort_direction="desc", **place) == ["alice"]
    by_time = talk.alice.get("/reports/users?sort_column=CreateAt&sort_direction=desc&page_size=1").json[0]
    place = {"from_column_value": by_time["create_at"], "from_id": by_time["id"], "sort_column": "CreateAt"}
    assert len(listed(talk, **place, sort_direction="desc")) == 4


def test_who_is_in_a_report(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    talk.alice.put(f"/users/{talk.carol.id}/active", {"active": False})
    assert listed(talk, has_no_team="true") == ["eve"]
    assert listed(talk, team_filter=talk.team, hide_inactive="true") == ["alice", "bob", "dave", "gast"]
    assert listed(talk, hide_active="true") == ["carol"]
    assert listed(talk, role_filter="system_admin") == ["alice"]
    assert listed(talk, role_filter="system_guest") == listed(talk, guest_filter="all") == ["gast"]
    assert listed(talk, guest_filter="single_channel") == ["gast"]
    assert listed(talk, guest_filter="multi_channel") == []
    assert listed(talk, search_term="AV") == ["dave"]
    assert guest.get("/reports/users").status == 403
    assert [count(talk), count(talk, hide_active="true"), count(talk, team_filter=talk.team)] == [6, 1, 5]


def test_how_active_somebody_is(talk: Any) -> None:
    for message in ("one", "two", "three"):
        talk.say(talk.bob, message)
    now = now_ms()
    talk.server.app.db.execute(
        "UPDATE {posts} SET createat = ? WHERE message = 'one' AND userid = ?", (now - 40 * DAY_MS, talk.bob.id)
    )
    (bob,) = talk.alice.get("/reports/users?search_term=bob").json
    assert (bob["total_posts"], bob["days_active"]) == (3, 2)
    assert abs(bob["last_post_date"] - now) < 60_000
    assert bob["channel_count"] == 3
    assert "password" not in bob
    (bob,) = talk.alice.get("/reports/users?search_term=bob&date_range=last_30_days").json
    assert (bob["total_posts"], bob["days_active"]) == (2, 1)
    (eve,) = talk.alice.get("/reports/users?search_term=eve").json
    assert "total_posts" not in eve


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("page_size=101", "api.getUsersForReporting.invalid_page_size"),
        ("page_size=0", "api.getUsersForReporting.invalid_page_size"),
        ("hide_active=true&hide_inactive=true", "api.getUsersForReporting.invalid_active_filter"),
        ("team_filter=x", "api.getUsersForReporting.invalid_team_filter"),
        ("sort_column=Password", "model.user_report_options.is_valid.invalid_sort_column"),
        ("date_range=yesterday", "model.reporting_base_options.is_valid.bad_date_range"),
        ("guest_filter=some", "model.user_report_options.is_valid.invalid_guest_filter"),
        ("sort_column=CreateAt&from_id=x&from_column_value=x", "api.context.invalid_url_param.app_error"),
    ],
)
def test_wrong_reports_are_refused(talk: Any, query: str, error: str) -> None:
    answer = talk.alice.get(f"/reports/users?{query}")
    assert (answer.status, answer.error) == (400, error)
    assert talk.bob.get("/reports/users/count").status == 403
    assert len(listed(talk, page_size=100)) == 5


@pytest.mark.engines("sqlite")
def test_months_of_reports(talk: Any) -> None:
    for name in ("all_time", "previous_month", "last_6_months"):
        assert len(listed(talk, date_range=name)) == 5
