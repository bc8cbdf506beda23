"""Emoji: chosen, in one's skin colour, typed, of one's own."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from hubbub.tests.webclient.browser import PHONE
from hubbub.tests.webclient.kit import Findings, OpenPage, World, write

VALUE = "document.querySelector('#composer').value"


def test_choosing_by_keys_and_in_a_skin_colour(open_page: OpenPage, world: World, findings: Findings) -> None:
    with open_page(world.ann, world.path) as page:
        page.press("Control+Shift+e")
        page.sees("Flags", ".emoji-grid h3")
        assert findings(page) == []
        page.fill(".emoji-head input", "salut")
        page.wait("document.querySelectorAll('.emoji-grid button').length < 5")
        page.press("Enter")
        page.wait(f"{VALUE}.trim() === '🫡'")
        page.wait("document.activeElement.id === 'composer'")

        page.press("Control+Shift+e")
        page.sees("Flags", ".emoji-grid h3")
        page.press("ArrowDown")  # into the grid: what was taken last comes first
        page.wait("document.activeElement.dataset.name === 'saluting_face'")
        page.sees(":saluting_face:", ".emoji-foot")
        page.click(".emoji-tone")
        page.click(".emoji-tabs button", "Medium dark")
        page.sees("Flags", ".emoji-grid h3")
        page.fill(".emoji-head input", "thumbsup")
        page.press("Enter")
        page.wait(f"{VALUE}.includes('👍🏾')")
    with open_page(world.ann, world.path, size=PHONE, dark=True) as phone:
        phone.click(".tool-smile")
        phone.sees("Flags", ".emoji-grid h3")
        phone.wait("document.querySelector('.emoji-tone').textContent === '✋🏾'")  # kept on the server
        assert findings(phone) == []


def test_an_emoji_of_ones_own(open_page: OpenPage, world: World, tmp_path: Path) -> None:
    name = f"heron{world.team['name'].replace('-', '')}"
    picture = BytesIO()
    Image.new("RGB", (32, 32), "teal").save(picture, "PNG")
    file = tmp_path / "heron.png"
    file.write_bytes(picture.getvalue())
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        ann.click(".tool-smile")
        ann.click(".emoji-foot button", "Add an emoji")
        ann.fill("dialog [name=name]", "smile")
        ann.click("dialog .primary")
        ann.sees("Choose a picture", ".field .problem")
        ann.choose("dialog [name=picture]", file)
        ann.wait("document.querySelector('.emoji-preview img') && true")
        ann.click("dialog .primary")
        ann.wait("document.activeElement.name === 'name' && document.activeElement.ariaInvalid === 'true'")
        ann.fill("dialog [name=name]", name)
        ann.click("dialog .primary")
        ann.misses("Add", "dialog h2")
        write(ann, f"look :{name}: and :saluting_face: at 10:30:45")
        for page in (ann, ben):
            page.wait(f"document.querySelector('.post-text img.emoji[alt=\":{name}:\"]')?.naturalWidth > 0")
            page.sees("🫡", ".post-text")
            page.sees("10:30:45", ".post-text")
        ben.fill("#composer", f":{name[:6]}")
        ben.wait("document.querySelector('.suggestion img.emoji') && true")
        world.ben.post(
            "/reactions",
            {
                "user_id": world.ben.id,
                "emoji_name": name,
                "post_id": world.ben.get(f"/channels/{world.channel['id']}/posts").json["order"][0],
            },
        )
        ann.wait("document.querySelector('.reaction img.emoji') && true")
