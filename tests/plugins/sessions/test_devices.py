"""Devices of sessions: whom pushes can reach, on each engine."""

from typing import Any

from hubbub.core.clock import now_ms
from hubbub.core.contracts.sessions import SessionService


def device(server: Any, name: str, device_id: str) -> Any:
    """Sign somebody in on a device."""
    client = server.client()
    client.login(name, device_id=device_id)
    return client


def test_devices_are_found_for_many_people_at_once(server: Any) -> None:
    sessions = server.app.services.get(SessionService)
    alice, bob, carol = (server.sign_up(name) for name in ("alice", "bob", "carol"))
    device(server, "alice", "apple_rn:1")
    device(server, "alice", "android_rn:2")
    device(server, "bob", "apple_rn:3")
    ids = [alice.id, bob.id, carol.id, "x" * 26]
    found = sessions.devices_of(ids)
    assert {user_id: sorted(one.device_id for one in devices) for user_id, devices in found.items()} == {
        alice.id: ["android_rn:2", "apple_rn:1"],
        bob.id: ["apple_rn:3"],
    }
    assert sessions.devices_of([]) == {}
    server.app.db.execute("UPDATE {sessions} SET expiresat = ? WHERE deviceid = ?", (now_ms() - 1, "apple_rn:3"))
    assert sessions.devices_of([bob.id]) == {}


def test_a_removed_device_is_left_out_until_it_is_attached_again(server: Any) -> None:
    sessions = server.app.services.get(SessionService)
    alice = server.sign_up("alice")
    phone = device(server, "alice", "apple_rn:1")
    (found,) = sessions.devices_of([alice.id])[alice.id]
    sessions.device_removed(found)
    assert sessions.devices_of([alice.id]) == {}
    assert phone.get("/users/me").status == 200
    assert phone.put("/users/sessions/device", {"device_id": "apple_rn:1"}).status == 200
    assert sessions.devices_of([alice.id])[alice.id] == [found]
    assert phone.put("/users/sessions/device", {"device_id": "apple_rn:new"}).status == 200
    sessions.device_removed(found)  # a late word about the old one
    assert [one.device_id for one in sessions.devices_of([alice.id])[alice.id]] == ["apple_rn:new"]


def test_signing_in_again_on_a_device_ends_the_session_before(server: Any) -> None:
    alice = server.sign_up("alice")
    first = device(server, "alice", "apple_rn:1")
    second = device(server, "alice", "apple_rn:1")
    assert (first.get("/users/me").status, second.get("/users/me").status) == (401, 200)
    assert alice.get("/users/me").status == 200


def test_each_ended_session_is_handed_out_once(server: Any) -> None:
    sessions = server.app.services.get(SessionService)
    server.sign_up("alice")
    for number in range(3):
        device(server, "alice", f"apple_rn:{number}")
    assert sessions.take_expired_devices(10) == []
    past = (("apple_rn:0", now_ms() - 1), ("apple_rn:1", now_ms() - 3_600_000), ("apple_rn:2", now_ms() - 172_800_000))
    for device_id, expires_at in past:
        sql = "UPDATE {sessions} SET expiresat = ?, expirednotify = NULL WHERE deviceid = ?"
        server.app.db.execute(sql, (expires_at, device_id))
    assert [one.device_id for one in sessions.take_expired_devices(1)] == ["apple_rn:1"]
    assert [one.device_id for one in sessions.take_expired_devices(10)] == ["apple_rn:0"]
    assert sessions.take_expired_devices(10) == []
