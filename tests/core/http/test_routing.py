"""Routes: templates, clashes, which one answers, what is said when none does."""

from typing import Any

import pytest

from hubbub.core.http import BadTemplate, Reply, RouteClash, Router
from hubbub.core.ids import new_id


def nothing(*_: Any, **__: Any) -> object:
    return {}


def test_a_clash_names_both_plugins() -> None:
    router = Router()
    router.owned_by("posts").get("/api/v4/posts/{post_id}", nothing)
    with pytest.raises(RouteClash, match=r"'polls'.*'posts'"):
        router.owned_by("polls").get("/api/v4/posts/{other_id}", nothing)


def test_methods_of_one_template_may_belong_to_two_plugins() -> None:
    router = Router()
    router.owned_by("posts").get("/api/v4/posts/{post_id}", nothing)
    router.owned_by("polls").put("/api/v4/posts/{id}", nothing)
    assert {route.owner for route in router.routes} == {"posts", "polls"}


@pytest.mark.parametrize("template", ["api", "/a/{b", "/a/{B}", "/a/{x_id}/{x_id}", "/a/{rest:path}/b", "/a b", "/a?b"])
def test_a_template_that_cannot_be_understood_is_refused(template: str) -> None:
    with pytest.raises(BadTemplate):
        Router().get(template, nothing)


def test_a_literal_beats_a_field(server: Any) -> None:
    server.router.get("/api/v4/users/{user_id}", lambda req, user_id: "field")
    server.router.get("/api/v4/users/known", lambda req: "literal")
    assert server.call("GET", "/api/v4/users/known").json == "literal"


def test_a_field_is_tried_where_a_literal_leads_nowhere(server: Any) -> None:
    server.router.get("/api/v4/teams/name/{team_name}", nothing)
    server.router.get("/api/v4/teams/{kind}/stats", lambda req, kind: kind)
    assert server.call("GET", "/api/v4/teams/name/stats").json == {}
    server.router.post("/api/v4/teams/{kind}/{what}", lambda req, kind, what: [kind, what])
    server.app.rebuild()
    assert server.call("POST", "/api/v4/teams/name/stats").json == ["name", "stats"]


def test_two_templates_may_name_the_same_field_differently(server: Any) -> None:
    one, two = new_id(), new_id()
    server.router.get("/api/v4/groups/{group_id}", lambda req, group_id: group_id)
    server.router.get("/api/v4/groups/{id:id}/members/{user_id}", lambda req, id, user_id: [id, user_id])
    assert server.call("GET", f"/api/v4/groups/{one}").json == one
    assert server.call("GET", f"/api/v4/groups/{one}/members/{two}").json == [one, two]


def test_a_path_field_takes_the_rest(server: Any) -> None:
    server.router.get("/plugins/{plugin_id}/{rest:path}", lambda req, plugin_id, rest: [plugin_id, rest])
    assert server.call("GET", "/plugins/com.example.x/a/b/c").json == ["com.example.x", "a/b/c"]


def test_a_trailing_slash_changes_nothing(server: Any) -> None:
    server.router.get("/api/v4/x", lambda req: "x")
    assert server.call("GET", "/api/v4/x/").json == "x"


@pytest.mark.parametrize("value", ["short", "x" * 27, "é" * 26, "-" * 26, "%20" * 9])
def test_a_field_that_is_no_id_is_a_400_that_names_it(server: Any, value: str) -> None:
    server.router.get("/api/v4/posts/{post_id}", lambda req, post_id: post_id)
    answer = server.call("GET", f"/api/v4/posts/{value}")
    assert (answer.status, answer.error_id) == (400, "api.context.invalid_url_param.app_error")
    assert "post_id" in answer.json["message"]


def test_me_is_the_user_of_the_session(server: Any) -> None:
    server.router.get("/api/v4/users/{user_id}", lambda req, user_id: user_id)
    assert server.call("GET", "/api/v4/users/me").json == server.session.user_id


def test_me_needs_a_session_where_the_route_does_not(server: Any) -> None:
    server.router.get("/api/v4/users/{user_id}/image", lambda req, user_id: user_id, auth="optional")
    assert server.call("GET", "/api/v4/users/me/image", signed_in=False).status == 401


def test_me_is_only_a_user(server: Any) -> None:
    server.router.get("/api/v4/posts/{post_id}", lambda req, post_id: post_id)
    assert server.call("GET", "/api/v4/posts/me").status == 400


@pytest.mark.parametrize(
    "path", ["/api", "/api/v4", "/api/v4/nothing", "/api/v9/users", "/api/v4//x", "/api/v4/x" * 40]
)
def test_an_unknown_api_route_is_a_json_404(server: Any, path: str) -> None:
    server.router.get("/api/v4/x", nothing)
    answer = server.call("GET", path, signed_in=False)
    assert (answer.status, answer.error_id) == (404, "api.context.404.app_error")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["request_id"] == answer.headers["x-request-id"]


def test_an_unknown_method_is_a_404_that_says_what_there_is(server: Any) -> None:
    server.router.get("/api/v4/x", nothing)
    server.router.put("/api/v4/x", nothing)
    for method in ("DELETE", "POST", "BREW", "CONNECT"):
        answer = server.call(method, "/api/v4/x")
        assert (answer.status, answer.error_id) == (404, "api.context.404.app_error")
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, PUT"


def test_options_says_what_there_is(server: Any) -> None:
    server.router.post("/api/v4/x", nothing)
    answer = server.call("OPTIONS", "/api/v4/x", signed_in=False)
    assert (answer.status, answer.headers["allow"], answer.body) == (204, "OPTIONS, POST", b"")


def test_outside_the_api_a_plain_page_says_that_there_is_nothing(server: Any) -> None:
    answer = server.call("GET", "/team/channels/town-square", signed_in=False)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_a_fallback_answers_pages_but_not_the_api(server: Any) -> None:
    server.router.owned_by("webclient").fallback(lambda req: Reply("<html>", content_type="text/html; charset=utf-8"))
    assert server.call("GET", "/team/channels/x", signed_in=False).body == b"<html>"
    assert server.call("GET", "/api/v4/x").status == 404
    assert server.call("POST", "/team/channels/x").status == 404


def test_a_second_fallback_is_refused_by_name() -> None:
    router = Router()
    router.owned_by("webclient").fallback(nothing)
    with pytest.raises(RouteClash, match=r"other.*webclient"):
        router.owned_by("other").fallback(nothing)


def test_a_plugin_is_turned_off_and_on_while_serving(server: Any) -> None:
    polls = server.router.owned_by("polls")
    polls.get("/api/v4/polls", lambda req: "one")
    server.router.get("/api/v4/x", lambda req: "x")
    assert server.call("GET", "/api/v4/polls").json == "one"
    server.router.remove_owner("polls")
    server.app.rebuild()
    assert server.call("GET", "/api/v4/polls").status == 404
    assert server.call("GET", "/api/v4/x").json == "x"
    polls.get("/api/v4/polls", lambda req: "two")
    server.app.rebuild()
    assert server.call("GET", "/api/v4/polls").json == "two"


def test_routes_are_served_under_the_path_of_the_site_url_too(server: Any) -> None:
    server.configure(ServiceSettings={"SiteURL": "https://example.com/chat"})
    server.router.get("/api/v4/x", lambda req: "x")
    assert server.call("GET", "/chat/api/v4/x").json == "x"
    assert server.call("GET", "/api/v4/x").json == "x"
    assert server.call("GET", "/chatter/api/v4/x").status == 404
