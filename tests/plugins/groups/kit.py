"""Groups for tests."""

from typing import Any


def make_group(talk: Any, name: str, *members: Any, **fields: Any) -> dict[str, Any]:
    """Return a new custom group of alice's."""
    body = {
        "name": name,
        "display_name": name.title(),
        "source": "custom",
        "allow_reference": True,
        "user_ids": [client.id for client in members],
        **fields,
    }
    answer = talk.alice.post("/groups", body)
    assert answer.status == 201, answer
    return dict(answer.json)


def make_ldap_group(talk: Any, name: str, *members: Any, team: str = "", channel: str = "", **columns: Any) -> str:
    """Store a group as a sync with an identity provider does, with what belongs to it; return its id."""
    db, group_id = talk.server.app.db, f"{name:x<26}"
    row = {
        "id": group_id,
        "name": name,
        "displayname": name.title(),
        "description": "",
        "source": "ldap",
        "remoteid": name,
        "createat": 1000,
        "updateat": 1000,
        "deleteat": 0,
        "allowreference": False,
        **columns,
    }
    db.insert_many("usergroups", tuple(row), [tuple(row.values())])
    rows = [(group_id, client.id, 1000, 0) for client in members]
    db.insert_many("groupmembers", ("groupid", "userid", "createat", "deleteat"), rows)
    for table, column, value in (("groupteams", "teamid", team), ("groupchannels", "channelid", channel)):
        if value:
            columns_of = ("groupid", column, "autoadd", "schemeadmin", "createat", "deleteat", "updateat")
            db.insert_many(table, columns_of, [(group_id, value, True, True, 1000, 0, 1000)])
    return group_id


def names(answer: Any) -> list[str]:
    """Return the names of the groups in an answer."""
    assert answer.status == 200, answer
    return [group["name"] for group in answer.json]
