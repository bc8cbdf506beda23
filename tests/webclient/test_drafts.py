"""What is begun and not sent: listed, seen on one's other devices, gone on with, sent, thrown away."""

from pathlib import Path

from hubbub.tests.webclient.browser import PHONE
from hubbub.tests.webclient.kit import Findings, OpenPage, World

ATTACHED = "document.querySelector('.upload.done') && true"


def test_a_draft_follows_one_from_device_to_device(
    open_page: OpenPage, world: World, tmp_path: Path, findings: Findings
) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("first, then")
    town_square = f"/{world.team['name']}/channels/town-square"
    with open_page(world.ann, world.path) as desk, open_page(world.ann, town_square, size=PHONE) as phone:
        desk.fill("#composer", "half a **thought**")
        desk.choose(".channel-foot input[type=file]", plan)
        desk.wait(ATTACHED)
        phone.click(".back")
        phone.click(".drafts-row", "Drafts")
        phone.sees("thought", ".panel .draft-text strong")
        phone.sees("plan.txt", ".panel .file-line")
        assert findings(phone) == []

        phone.click(".draft-tools button", "Go on writing")
        phone.wait("document.querySelector('#composer')?.value === 'half a **thought**'")
        phone.wait(ATTACHED)
        phone.fill("#composer", "a whole thought")
        desk.wait("document.querySelector('#composer').value === 'a whole thought'")

        desk.click(".channel-row", "Town Square")
        desk.click(".drafts-row", "Drafts")
        desk.click(".draft-tools button", "Send")
        desk.sees("a whole thought", ".post .post-text")
        desk.sees("plan.txt", ".post")
        phone.wait("document.querySelector('#composer').value === ''")
        phone.misses("plan.txt", ".upload")
        assert world.ann.get(f"/users/me/teams/{world.team['id']}/drafts").json == []


def test_a_draft_of_a_reply_is_found_and_thrown_away(open_page: OpenPage, world: World) -> None:
    root = world.ben.create_post(world.channel, "When do we meet?")
    world.ann.post("/drafts", {"channel_id": world.channel["id"], "root_id": root["id"], "message": "At th"})
    with open_page(world.ann, f"/{world.team['name']}/channels/town-square") as page:
        page.click(".drafts-row", "Drafts")
        page.sees("Reply in Design", ".draft")
        page.click(".draft-text")
        page.wait("document.querySelector('#reply')?.value === 'At th'")
        page.click(".drafts-row", "Drafts")
        page.click(".draft-tools button", "Delete draft")
        page.click("dialog .danger", "Delete")
        page.sees("Nothing is waiting", ".panel")
        world.server.wait_until(lambda: world.ann.get(f"/users/me/teams/{world.team['id']}/drafts").json == [])


def test_a_message_is_written_now_and_sent_later(open_page: OpenPage, world: World, findings: Findings) -> None:
    later = f"/posts/scheduled/team/{world.team['id']}"
    with open_page(world.ann, world.path) as page:
        page.fill("#composer", "good **morning**")
        page.click(".send-later", "Send later")
        page.click(".menu-item", "Another time")
        page.fill("dialog [name=when]", "")
        page.run("document.querySelector('dialog [name=when]').value = '2020-01-01T09:00'")
        page.click("dialog .primary", "Send then")
        page.sees("Choose a time to come", ".field .problem")
        page.press("Escape")
        page.click(".send-later")
        page.click(".menu-item:nth-of-type(1)")
        page.wait("document.querySelector('#composer').value === ''")
        assert [one["message"] for one in world.ann.get(later).json[world.team["id"]]] == ["good **morning**"]

        page.click(".drafts-row", "Drafts")
        page.sees("morning", ".panel .draft strong")
        assert findings(page) == []
        page.click(".draft-tools button", "Back to the draft")
        page.wait("document.querySelector('#composer').value === 'good **morning**'")
        assert world.ann.get(later).json[world.team["id"]] == []
        page.click(".send-later")
        page.click(".menu-item:nth-of-type(1)")
        page.click(".drafts-row", "Drafts")
        page.click(".draft-tools button", "Send now")
        page.sees("good morning", ".posts-frame .post-text")
        page.sees("Nothing is waiting", ".panel")
