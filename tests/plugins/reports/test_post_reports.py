"""Reports on the posts of a channel: which, in which order, page by page."""

from typing import Any

import pytest


@pytest.fixture
def told(talk: Any) -> Any:
    """Return the server after some talk: five messages, one of them deleted, one edited."""
    posts = [talk.say(talk.bob, f"message {number}", create_at=0) for number in range(5)]
    talk.alice.delete(f"/posts/{posts[1]['id']}")
    talk.bob.put(f"/posts/{posts[2]['id']}/patch", {"message": "message 2, mended"})
    talk.posts = posts
    return talk


def report(talk: Any, **asked: Any) -> Any:
    """Return a page of the report."""
    answer = talk.alice.post("/reports/posts", {"channel_id": talk.channel, "exclude_system_posts": True, **asked})
    assert answer.status == 200, answer
    return answer.json


def messages(talk: Any, **asked: Any) -> list[str]:
    """Return the texts of all pages, of two posts each."""
    found: list[str] = []
    cursor = ""
    for _ in range(10):
        page = report(talk, per_page=2, cursor=cursor, **asked)
        found += [post["message"] for post in page["posts"]]
        if "next_cursor" not in page:
            return found
        cursor = page["next_cursor"]["cursor"]
    raise AssertionError("the pages don't end")


def test_pages_hold_each_post_once_in_both_directions(told: Any) -> None:
    expected = ["message 0", "message 2, mended", "message 3", "message 4"]
    assert messages(told) == expected
    assert messages(told, sort_direction="desc") == expected[::-1]


def test_deleted_posts_come_when_asked_for_and_earlier_versions_never(told: Any) -> None:
    assert messages(told, include_deleted=True) == [
        "message 0", "message 1", "message 2, mended", "message 3", "message 4",
    ]  # fmt: skip


def test_by_time_of_the_last_change(told: Any) -> None:
    assert messages(told, time_field="update_at")[-1] == "message 2, mended"


def test_from_a_time_on_with_system_messages(told: Any) -> None:
    start = told.posts[3]["create_at"]
    assert messages(told, start_time=start) == ["message 3", "message 4"]
    told.alice.put(f"/channels/{told.channel}/patch", {"header": "All about it"})
    types = [post["type"] for post in report(told, exclude_system_posts=False, start_time=start)["posts"]]
    assert types == ["", "", "system_header_change"]


def test_metadata_comes_when_asked_for(told: Any) -> None:
    assert all("metadata" in post for post in report(told, include_metadata=True)["posts"])


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"per_page": 0}, "api.context.invalid_body_param.app_error"),
        ({"per_page": 1001}, "api.context.invalid_body_param.app_error"),
        ({"time_field": "delete_at"}, "api.context.invalid_body_param.app_error"),
        ({"sort_direction": "up"}, "api.context.invalid_body_param.app_error"),
        ({"channel_id": "x"}, "api.context.invalid_body_param.app_error"),
        ({"channel_id": "a" * 26}, "api.post.get_posts_for_reporting.channel_not_found"),
        ({"cursor": "rubbish!"}, "model.post.query_params.invalid_cursor"),
        ({"cursor": "e30="}, "model.post.query_params.invalid_cursor"),
        ({"cursor": "a" * 1001}, "model.post.query_params.invalid_cursor"),
    ],
)
def test_what_does_not_fit_is_refused(talk: Any, asked: dict[str, Any], error: str) -> None:
    answer = talk.alice.post("/reports/posts", {"channel_id": talk.channel, **asked})
    assert (answer.status, answer.error) == (404 if "not_found" in error else 400, error)


@pytest.mark.engines("sqlite")
def test_only_administrators_of_the_system_get_it(talk: Any) -> None:
    assert talk.bob.post("/reports/posts", {"channel_id": talk.channel}).status == 403
