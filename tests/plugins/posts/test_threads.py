"""GET /posts/{id}/thread: pages, changes, order."""

from typing import Any

import pytest


@pytest.fixture
def thread(talk: Any) -> list[dict[str, Any]]:
    """Return a root and seven replies, oldest first; the replies share two milliseconds."""
    root = talk.say(talk.alice, "root", create_at=1000)
    replies = [
        talk.say(talk.alice, str(number), root_id=root["id"], create_at=2000 + number // 4) for number in range(7)
    ]
    return [root, *sorted(replies, key=lambda post: (post["create_at"], post["id"]))]


def ask(talk: Any, post: dict[str, Any], **query: Any) -> Any:
    """Return the thread of a post as bob asks for it."""
    answer = talk.bob.get(f"/posts/{post['id']}/thread", query=query)
    assert answer.status == 200, answer
    return answer.json


def test_the_whole_thread_from_any_of_its_posts(talk: Any, thread: list[dict[str, Any]]) -> None:
    expected = [post["id"] for post in thread][::-1]
    for post in (thread[0], thread[3]):
        found = ask(talk, post)
        assert (found["order"], found["has_next"]) == (expected, False)
        assert found["posts"][thread[0]["id"]]["reply_count"] == 7


@pytest.mark.parametrize(("direction", "step"), [("down", 1), ("up", -1)])
def test_pages_in_both_directions(talk: Any, thread: list[dict[str, Any]], direction: str, step: int) -> None:
    replies = [post["id"] for post in thread[1:]][::step]
    query: dict[str, Any] = {"perPage": 3, "direction": direction, "collapsedThreads": "true"}
    seen: list[str] = []
    while True:
        found = ask(talk, thread[0], **query)
        order = [post_id for post_id in found["order"] if post_id != thread[0]["id"]]
        assert thread[0]["id"] in found["posts"]
        seen += order
        if not found["has_next"]:
            break
        last = found["posts"][order[-1]]
        query |= {"fromPost": last["id"], "fromCreateAt": last["create_at"]}
    assert seen == replies


def test_what_was_changed_since(talk: Any, thread: list[dict[str, Any]]) -> None:
    time = talk.alice.get(f"/posts/{thread[0]['id']}").json["update_at"]
    query = {"updatesOnly": "true", "fromUpdateAt": time, "direction": "up"}
    assert ask(talk, thread[0], **query)["order"] == []
    talk.alice.put(f"/posts/{thread[2]['id']}/patch", {"message": "edited"})
    talk.alice.delete(f"/posts/{thread[1]['id']}")
    found = ask(talk, thread[0], **query)
    assert found["order"][1:] == [thread[2]["id"], thread[1]["id"]]
    assert found["order"][0] == thread[0]["id"], "its reply count has changed"
    assert found["posts"][thread[1]["id"]]["delete_at"] > 0


@pytest.mark.parametrize(
    "query",
    [
        {"perPage": 201},
        {"perPage": -1},
        {"perPage": "x"},
        {"direction": "sideways"},
        {"fromPost": "a" * 26},
        {"fromPost": "x", "fromCreateAt": 1},
        {"updatesOnly": "true"},
        {"fromUpdateAt": 5, "direction": "down"},
    ],
)
def test_what_does_not_fit_is_refused(talk: Any, query: dict[str, Any]) -> None:
    post = talk.say(talk.bob, "m")
    answer = talk.bob.get(f"/posts/{post['id']}/thread", query=query)
    assert answer.error == "api.context.invalid_url_param.app_error"
