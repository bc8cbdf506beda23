"""Operations of the plugin emoji."""

import base64
import json
from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

FORM: Final = {"Content-Type": "multipart/form-data; boundary=edge"}
DOT: Final = base64.b64decode("R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")
"""A GIF of one pixel."""
SITE_WIDE: Final = "everybody sees the site's emoji"


def form(world: World) -> bytes:
    """Return a new emoji of bob's and its picture."""
    emoji = json.dumps({"name": f"dot{world.number()}", "creator_id": world.bob.id}).encode()
    head = b'--edge\r\nContent-Disposition: form-data; name="'
    picture = head + b'image"; filename="dot.gif"\r\n\r\n' + DOT
    return head + b'emoji"\r\n\r\n' + emoji + b"\r\n" + picture + b"\r\n--edge--\r\n"


def emoji(world: World) -> Made:
    """Make an emoji of bob's."""
    made = world.bob.post("/emoji", form(world), headers=FORM).json
    return {"emoji_id": made["id"], "emoji_name": made["name"]}


CASES: Final = [
    Case(operation="CreateEmoji", body=form, headers=FORM),
    Case(operation="GetEmojiList", make=emoji, outsider=200),
    Case(operation="GetEmoji", make=emoji, outsider=200),
    Case(operation="GetEmojiByName", make=emoji, outsider=200),
    Case(operation="GetEmojiImage", make=emoji, raw="image/", outsider=200),
    Case(operation="SearchEmoji", make=emoji, body={"term": "dot"}, outsider=200),
    Case(operation="AutocompleteEmoji", make=emoji, query="name=dot", outsider=200),
    Case(operation="GetEmojisByNames", make=emoji, body=["{emoji_name}"], outsider=200),
    Case(operation="DeleteEmoji", make=emoji),
]
