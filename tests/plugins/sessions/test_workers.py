"""Two workers of one server: what one changes, the other knows."""

from pathlib import Path
from typing import Any

import gevent
import pytest

ONLY = ("roles", "users", "auth_password", "sessions", "cluster_local")


@pytest.fixture
def workers(make_server: Any, database: Any, tmp_path: Path) -> Any:
    """Return two servers on one database that hear each other."""
    run = {"RunDirectory": str(tmp_path / "run")}
    first = make_server(database, ONLY, HubbubSettings=run)
    second = make_server(database, ONLY, HubbubSettings=run)
    _until(lambda: first.app.bus.has_peers and second.app.bus.has_peers)
    return first, second


def _until(condition: Any) -> None:
    """Wait until something is true that another worker has been told of."""
    with gevent.Timeout(10):
        while not condition():
            gevent.sleep(0.005)


def elsewhere(worker: Any, client: Any) -> Any:
    """Return the same signed-in user's client of another worker."""
    other = worker.client()
    other.token, other.user = client.token, client.user
    return other


def test_a_session_opened_in_one_is_valid_in_the_other_until_it_is_ended(workers: Any) -> None:
    first, second = workers
    here = first.sign_up("alice")
    there = elsewhere(second, here)
    assert there.get("/users/me").status == 200
    here.post("/users/logout")
    _until(lambda: there.get("/users/me").status == 401)


def test_a_profile_changed_in_one_is_new_in_the_other(workers: Any) -> None:
    first, second = workers
    here = first.sign_up("alice")
    there = elsewhere(second, here)
    assert there.get("/users/me").json["nickname"] == ""
    here.put("/users/me/patch", {"nickname": "Ally"})
    _until(lambda: there.get("/users/me").json["nickname"] == "Ally")


def test_roles_given_and_changed_in_one_count_in_the_other(workers: Any) -> None:
    first, second = workers
    admin, bob = first.sign_up("alice"), first.sign_up("bob")
    there = elsewhere(second, bob)
    assert there.get("/roles").status == 403
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_admin"})
    _until(lambda: there.get("/roles").status == 200)
    role = admin.get("/roles/name/team_user").json
    assert there.get("/roles/name/team_user").json == role
    admin.put(f"/roles/{role['id']}/patch", {"permissions": ["view_team"]})
    _until(lambda: there.get("/roles/name/team_user").json["permissions"] == ["view_team"])


def test_everybodys_sessions_end_in_both(workers: Any) -> None:
    first, second = workers
    here = first.sign_up("alice")
    there = elsewhere(second, here)
    assert there.get("/users/me").status == 200
    assert here.post("/users/sessions/revoke/all").status == 200
    _until(lambda: there.get("/users/me").status == 401)


def test_a_deactivated_account_is_out_of_both(workers: Any) -> None:
    first, second = workers
    admin, bob = first.sign_up("alice"), first.sign_up("bob")
    there = elsewhere(second, bob)
    assert there.get("/users/me").status == 200
    admin.put(f"/users/{bob.id}/active", {"active": False})
    _until(lambda: there.get("/users/me").status == 401)
