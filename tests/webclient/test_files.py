"""Files: attached, dropped, pasted; seen by the other; refused in words."""

import io
from pathlib import Path

import pytest
from PIL import Image

from hubbub.tests.plugins.files.kit import picture, upload
from hubbub.tests.webclient.browser import Page
from hubbub.tests.webclient.kit import LARGEST, OpenPage, World, write
from hubbub.tests.webclient.test_hostile_texts import NOTHING_RAN
from hubbub.tests.webclient.test_look import NAMELESS, PALE

HOSTILE = ("<img src=x onerror='window.pwned=1'>.txt", "<script>window.pwned=1<\u2044script>.png")

# Events as the browser sends them for files from elsewhere.
DROP = """(() => {
  const data = new DataTransfer();
  data.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
  for (const name of ["dragenter", "dragover", "drop"]) {
    document.querySelector("SELECTOR").dispatchEvent(
      new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
})()"""
PASTE = """(() => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array([137, 80, 78, 71])], "pasted.png", { type: "image/png" }));
  document.querySelector("#composer").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
})()"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a picture's path."""
    path = tmp_path / "photo.png"
    path.write_bytes(picture(400, 200))
    return path


def uploaded(page: Page, count: int) -> None:
    """Wait until so many files are ready to be sent."""
    page.wait(f"document.querySelectorAll('.upload.done').length === {count}")


def post_pictures(world: World) -> str:
    """Post two pictures; return the post's id."""
    ids = [upload(world.ben, world.channel["id"], name, picture(300, 200))["id"] for name in ("one.png", "two.png")]
    return str(world.ben.create_post(world.channel, "Two", file_ids=ids)["id"])


def test_attached_files_reach_the_other_and_go_with_the_message(open_page: OpenPage, world: World, photo: Path) -> None:
    notes = photo.with_name("notes.txt")
    notes.write_text(f"<b>hello</b> {'é' * 40_000}")
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        ann.choose(".composer input[type=file]", photo, notes)
        uploaded(ann, 2)
        assert ann.run(NAMELESS) + ann.run(PALE) == []
        write(ann, "Look")
        ben.sees("notes.txt", ".file-card")
        ben.wait("document.querySelector('.thumb img')?.naturalWidth === 400")
        assert ben.run(NAMELESS) + ben.run(PALE) == []
        room = ben.run("['width', 'height'].map((name) => document.querySelector('.thumb img').getAttribute(name))")
        assert room == ["400", "200"]
        ben.click(".readable button", "Show")
        ben.sees("<b>hello</b>", "dialog .text-file")
        ben.sees("The first 66 kB of 80 kB", "dialog .file-meta")  # cut within a letter
        assert ben.run("document.querySelector('dialog code').textContent").endswith("é")
        assert ben.run(NAMELESS) + ben.run(PALE) == []
        ben.press("Escape")
        ann.wait("!document.querySelector('.upload')")
        ann.hover(".post", "Look")
        ann.click(".post-actions button", "More")
        ann.click(".menu-item", "Delete")
        ann.click("dialog .danger", "Delete")
        ben.wait("!document.querySelector('.thumb, .file-card')")


def test_a_pdf_is_shown_by_the_browser(open_page: OpenPage, world: World) -> None:
    page_of_it = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(page_of_it, "PDF")
    file = upload(world.ben, world.channel["id"], "plan.pdf", page_of_it.getvalue())
    world.ben.create_post(world.channel, "The plan", file_ids=[file["id"]])
    with open_page(world.ann, world.path) as page:
        page.click(".readable button", "Show")
        page.wait("document.querySelector('dialog iframe.pdf')?.contentDocument?.contentType === 'application/pdf'")
        assert page.run("document.querySelector('dialog .lightbox-foot a').getAttribute('download')") == "plan.pdf"


def test_dropped_and_pasted_files_are_sent_without_a_text(open_page: OpenPage, world: World) -> None:
    root = world.ben.create_post(world.channel, "Where is it?")
    with open_page(world.ann, world.path) as ann:
        ann.run(DROP.replace("SELECTOR", ".channel-view .posts"))
        ann.run(PASTE)
        uploaded(ann, 2)
        ann.open(world.path)  # they are there still
        uploaded(ann, 2)
        ann.click(".upload button", "Remove pasted.png")
        uploaded(ann, 1)
        ann.click(".send")
        ann.sees("dropped.txt", ".post .file-card")
        ann.open(f"/{world.team['name']}/pl/{root['id']}")
        ann.hover(".post", "Where is it?")
        ann.click(".post-actions button", "Reply")
        ann.sees("No replies yet", ".panel")
        ann.run(DROP.replace("SELECTOR", ".thread .posts"))
        uploaded(ann, 1)
        ann.click(".panel .send")
        ann.sees("dropped.txt", ".panel .file-card")


def test_what_cannot_be_uploaded_says_why(open_page: OpenPage, world: World, photo: Path) -> None:
    large = photo.with_name("large.bin")
    large.write_bytes(bytes(LARGEST + 1))
    with open_page(world.ann, world.path) as page:
        page.choose(".composer input[type=file]", large)
        page.sees("Too large (at most 100 kB).", ".upload.failed")
        assert page.run("document.querySelector('.send').disabled")
        page.click(".upload button", "Remove large.bin")
        page.offline()
        page.choose(".composer input[type=file]", photo)
        page.sees("the server can't be reached", ".upload.failed")
        page.offline(False)
        page.click(".upload button", "Try again")
        uploaded(page, 1)
        page.choose(".composer input[type=file]", *[photo] * 10)
        page.sees("at most", ".toast")
        uploaded(page, 10)


def test_a_message_is_not_sent_before_its_files_are_there(open_page: OpenPage, world: World, photo: Path) -> None:
    slow = photo.with_name("slow.bin")
    slow.write_bytes(bytes(LARGEST))
    with open_page(world.ann, world.path) as page:
        page.throttle(20_000)
        page.choose(".composer input[type=file]", slow)
        page.wait("document.querySelector('.upload.uploading progress') && true")
        write(page, "With a file")
        page.sees("still being uploaded", ".toast")
        page.misses("With a file", ".post-text")
        page.throttle(-1)
        uploaded(page, 1)
        page.press("Enter")
        page.sees("With a file", ".post-text")
        page.sees("slow.bin", ".post .file-card")


def test_pictures_are_looked_at_by_keyboard(open_page: OpenPage, world: World) -> None:
    post_id = post_pictures(world)
    with open_page(world.ann, world.path) as page:
        page.sees("Two", ".post")
        page.run("document.querySelectorAll('.thumb')[1].focus()")
        page.press("Enter")
        page.sees("2 of 2", ".lightbox")
        page.press("ArrowRight")
        page.sees("1 of 2", ".lightbox")
        page.sees("one.png", ".lightbox h2")
        page.wait("document.querySelector('.stage img').naturalWidth === 300")
        page.press("ArrowLeft")
        page.sees("two.png", ".lightbox h2")
        reaction = {"user_id": world.ben.id, "post_id": post_id, "emoji_name": "smile"}
        world.ben.post("/reactions", reaction)
        page.wait("document.querySelector('.reaction') && true")
        page.press("Escape")
        page.wait("document.activeElement === document.querySelectorAll('.thumb')[1]")


def test_hostile_file_names_are_texts(open_page: OpenPage, world: World) -> None:
    channel = world.channel["id"]
    ids = [upload(world.ben, channel, name, picture(60, 60) if "png" in name else b"x")["id"] for name in HOSTILE]
    world.ben.create_post(world.channel, "Names", file_ids=ids)
    with open_page(world.ann, world.path) as page:
        page.sees(HOSTILE[0], ".file-name")
        page.click(".thumb")
        page.sees(HOSTILE[1], ".lightbox h2")
        assert page.run(NOTHING_RAN)


def test_a_server_without_files_offers_none(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.wait("document.querySelector('.attach').getClientRects().length > 0")
        script = page.run("document.querySelector('script[type=module]').src").replace("main.js", "lib/store.js")
        off = "s.state.config.EnableFileAttachments = 'false'; s.changed('config');"
        page.run(f"import('{script}').then((s) => {{ {off} }})")
        page.wait("document.querySelector('.attach').hidden")
        page.run(DROP.replace("SELECTOR", ".channel-view .posts"))
        assert not page.run("document.querySelector('.upload') && true")
