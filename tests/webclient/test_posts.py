"""What stands in messages: who reacted, programs that write, sound, pictures in texts."""

import json
import wave
from io import BytesIO
from urllib.request import Request, urlopen

from hubbub.core.testing import Client
from hubbub.tests.plugins.files.kit import picture, upload
from hubbub.tests.webclient.browser import PHONE
from hubbub.tests.webclient.kit import Findings, OpenPage, World


def sound() -> bytes:
    """Return a tenth of a second of silence as WAV."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    return out.getvalue()


def test_who_reacted_is_told_on_a_phone_as_well(open_page: OpenPage, world: World, findings: Findings) -> None:
    name = world.ben.get("/users/me").json["username"]
    post = world.ann.create_post(world.channel, "Shall we?")
    for person, emoji in ((world.ben, "+1"), (world.ann, "+1"), (world.ben, "tada")):
        person.post("/reactions", {"user_id": person.id, "post_id": post["id"], "emoji_name": emoji})
    with open_page(world.ann, world.path, size=PHONE) as page:
        page.click(".post .post-text", "Shall we?")
        page.click("[title='More actions']")
        page.click(".menu-item", "Who reacted")
        page.sees(":tada:", ".who-reacted")
        assert page.texts(".who-reacted:last-child .member-row") == [name]
        assert findings(page) == []
        page.press("Escape")
        page.click(".reaction.mine")
        page.wait("!document.querySelector('.reaction.mine')")
        page.sees("1", ".reaction")


def test_a_program_is_told_from_the_account_that_set_it_up(
    open_page: OpenPage, world: World, admin: Client, findings: Findings
) -> None:
    admin.post(f"/teams/{world.team['id']}/members", {"team_id": world.team["id"], "user_id": admin.id}, expect=201)
    admin.post(f"/channels/{world.channel['id']}/members", {"user_id": admin.id}, expect=201)
    hook = admin.post("/hooks/incoming", {"channel_id": world.channel["id"], "display_name": "CI"}, expect=201).json
    deploy = {"id": "go", "name": "Deploy", "style": "primary", "integration": {"url": "http://127.0.0.1:1/"}}
    row = "|".join(f" Column {number} " for number in range(20))
    body = {
        "username": "Builder",
        "text": f"| {row} |\n|{'--|' * 20}\n| {row} |",
        "attachments": [{"title": "Build 7", "actions": [deploy]}],
    }
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{world.server.url}/hooks/{hook['id']}", json.dumps(body).encode(), headers)).read()
    with open_page(world.ann, world.path, dark=True) as page:
        page.click(".author", "Builder")
        page.sees("admin set up", ".profile")
        assert findings(page) == []
        page.click(".profile button", "Who set it up")
        page.sees("@admin", ".profile")
        page.press("Escape")
        page.sees("Deploy", ".post-buttons .primary")
        wrap = "document.querySelector('.table-wrap')"
        assert page.run(f"{wrap}.scrollWidth > {wrap}.clientWidth"), "a wide table scrolls"
        assert page.run(f"{wrap}.querySelector('td').clientHeight") < 80


def test_sound_plays_in_place_and_what_cannot_is_a_card(open_page: OpenPage, world: World) -> None:
    good = upload(world.ben, world.channel["id"], "bell.wav", sound())
    bad = upload(world.ben, world.channel["id"], "broken.mp3", b"no sound at all")
    world.ben.create_post(world.channel, "Listen", file_ids=[good["id"], bad["id"]])
    with open_page(world.ann, world.path) as page:
        page.wait("document.querySelector('.player audio')?.duration > 0.05")
        page.sees("broken.mp3", ".file-card")
        page.wait("document.querySelectorAll('.player audio').length === 1")


def test_a_picture_in_a_text_is_shown_and_one_of_elsewhere_is_a_link(open_page: OpenPage, world: World) -> None:
    file = upload(world.ben, world.channel["id"], "map.png", picture(60, 40))
    world.ben.create_post(world.channel, "the original", file_ids=[file["id"]])
    text = f"![our map](/api/v4/files/{file['id']} =30x20) ![theirs](https://example.com/map.png)"
    world.ben.create_post(world.channel, text)
    with open_page(world.ann, world.path) as page:
        page.wait("document.querySelector('.inline-image')?.naturalWidth === 60")
        assert page.run("document.querySelector('.inline-image').alt") == "our map"
        page.sees("theirs", ".post-text a")
