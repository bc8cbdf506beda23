"""Errors: one shape, rendered once, nothing leaked."""

import logging
from typing import Any

import pytest

from hubbub.core.contracts.errors import AppError, NotFound, PermissionDenied, Rejected, Unavailable
from hubbub.core.http import Reply


class Secret(RuntimeError):
    pass


def fail(error: Exception) -> Any:
    def handler(req: Any) -> object:
        raise error

    return handler


def call(server: Any, error: Exception) -> Any:
    server.router.get("/api/v4/x", fail(error))
    return server.call("GET", "/api/v4/x")


def test_a_named_error_has_the_shape_that_clients_know(server: Any) -> None:
    answer = call(server, NotFound("No {what} here.", id="app.thing.missing.app_error", what="thing"))
    assert answer.status == 404
    assert answer.json == {
        "id": "app.thing.missing.app_error",
        "message": "No thing here.",
        "detailed_error": "",
        "request_id": answer.headers["x-request-id"],
        "status_code": 404,
    }


def test_details_are_for_developers_only(server: Any) -> None:
    assert call(server, PermissionDenied("manage_system")).json["detailed_error"] == ""
    server.configure(ServiceSettings={"EnableDeveloper": True})
    assert server.call("GET", "/api/v4/x").json["detailed_error"] == "permission=manage_system"


def test_a_bug_is_a_500_that_tells_nothing_and_is_found_in_the_log(
    server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.configure(ServiceSettings={"EnableDeveloper": True})
    with caplog.at_level(logging.ERROR, "hubbub.http"):
        answer = call(server, Secret("password of the database"))
    assert (answer.status, answer.error_id) == (500, "api.context.internal.app_error")
    assert b"password" not in answer.body
    assert b"Secret" not in answer.body
    record = caplog.records[-1]
    assert answer.headers["x-request-id"] in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is Secret


def test_a_known_server_error_is_logged_without_a_stack(server: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "hubbub.http"):
        answer = call(server, Unavailable(id="store.sql.busy.app_error"))
    assert (answer.status, answer.error_id) == (503, "store.sql.busy.app_error")
    assert not caplog.records[-1].exc_info


def test_hardened_mode_hides_which_server_error_it_was(server: Any) -> None:
    server.configure(ServiceSettings={"ExperimentalEnableHardenedMode": True})
    answer = call(server, Unavailable(id="store.sql.busy.app_error"))
    assert (answer.status, answer.json["id"], answer.json["status_code"]) == (500, "", 500)
    server.router.get("/api/v4/y", fail(NotFound()))
    server.app.rebuild()
    assert server.call("GET", "/api/v4/y").error_id == "api.context.404.app_error"


def test_what_a_plugin_refuses_is_a_400_with_its_reason(server: Any) -> None:
    answer = call(server, Rejected("no {swearing}, please"))
    assert (answer.status, answer.json["message"]) == (400, "no {swearing}, please")


def test_an_answer_that_cannot_be_encoded_is_a_500(server: Any) -> None:
    server.router.get("/api/v4/x", lambda req: {"a": "\ud800"})
    assert server.call("GET", "/api/v4/x").status == 500


def test_a_message_that_utf8_cannot_hold_loses_only_that(server: Any) -> None:
    answer = call(server, AppError("no \ud800", status_code=400))
    assert (answer.status, answer.json["message"]) == (400, "no ?")


def test_a_reply_that_fails_leaves_none_of_its_headers(server: Any) -> None:
    server.router.get("/api/v4/x", lambda req: Reply({"a": "\ud800"}, 202, {"X-Own": "1"}, etag="v"))
    answer = server.call("GET", "/api/v4/x")
    assert answer.status == 500
    assert not {"x-own", "etag"} & set(answer.headers)


def test_an_error_in_the_middle_of_a_reply_leaves_no_half_of_it(server: Any) -> None:
    def handler(req: Any) -> object:
        raise NotFound

    server.router.get("/api/v4/x", handler, status=201)
    answer = server.call("GET", "/api/v4/x")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
