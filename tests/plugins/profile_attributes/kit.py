"""Fields and values as clients ask for them."""

from typing import Any

from hubbub.tests.plugins.posts.world import Talk

FIELDS = "/custom_profile_attributes/fields"


def make(talk: Talk, name: str, type: str = "text", **attrs: Any) -> dict[str, Any]:
    """Return a field that alice, an administrator, has made."""
    answer = talk.alice.post(FIELDS, {"name": name, "type": type, "attrs": attrs})
    assert answer.status == 201, answer
    return dict(answer.json)


def fields(user: Any) -> list[dict[str, Any]]:
    """Return the fields there are."""
    answer = user.get(FIELDS)
    assert answer.status == 200, answer
    return list(answer.json)


def fill(user: Any, field: dict[str, Any], value: Any) -> Any:
    """Fill in a field of one's own."""
    return user.patch("/custom_profile_attributes/values", {field["id"]: value})


def values(user: Any, whose: Any) -> dict[str, Any]:
    """Return what somebody has filled in, as `user` sees it."""
    answer = user.get(f"/users/{whose.id}/custom_profile_attributes")
    assert answer.status == 200, answer
    return dict(answer.json)
