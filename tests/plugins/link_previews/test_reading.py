"""What is read out of posts, pages and pictures."""

from typing import Any

import pytest

from hubbub.plugins.link_previews import links, page
from hubbub.plugins.link_previews.fetch import image
from hubbub.plugins.link_previews.store import fnv1
from hubbub.tests.plugins.files.kit import picture


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("see https://a.example/b.", "https://a.example/b"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("https://a.example/b_(c)", "https://a.example/b_(c)"),
        ("**https://a.example**!", "https://a.example"),
        ("[text](https://a.example/b) then https://c.example", "https://a.example/b"),
        ("[https://a.example](https://b.example)", "https://a.example"),
        ("<https://a.example/b>", "https://a.example/b"),
        ("HTTPS://A.example/b", "HTTPS://A.example/b"),
        ("```\nhttps://a.example\n```\nhttps://b.example", "https://b.example"),
        ("`https://a.example`", ""),
        ("ftp://a.example", ""),
        ("https://", ""),
        ("https:// a", ""),
        ("https://a.example/" + "x" * 3000, ""),
        ("nothing", ""),
    ],
)
def test_the_first_link_of_a_message(message: str, first: str) -> None:
    assert links.of(message, {}).first == first


def test_pictures_of_a_message_and_its_attachments() -> None:
    message = '![a](https://a.example/1.png "title") ![b](https://a.example/2.png =100x20) ![](https://a.example/1.png)'
    assert links.of(message, {}).images == ("https://a.example/1.png", "https://a.example/2.png")
    odd: list[Any] = [None, {"image_url": 5, "thumb_url": "https://a.example/3.png"}, "x"]
    assert links.of("", {"attachments": odd}).images == ("https://a.example/3.png",)
    assert links.of("", {"attachments": "x"}) == links.Links("", ())


def test_a_long_hostile_message_is_read_at_once() -> None:
    for text in ("![" * 5000, "[](" * 5000, "`" * 16_000, "https://" * 2000, "https://a" + "](" * 5000):
        assert len(links.of(text + "://", {}).first) < 3000


def test_a_page_without_open_graph_has_its_title_and_description() -> None:
    found = page.described("<TITLE>\n A &lt;b&gt; </TITLE><meta name=description content='D'>", "https://a.example/")
    assert (found["title"], found["description"], found["images"]) == ("A <b>", "D", None)


def test_addresses_of_pictures_are_whole_and_of_the_web() -> None:
    head = "".join(
        f'<meta property="og:image" content="{url}">'
        for url in ("javascript:alert(1)", "data:image/png;base64,AA", "//b.example/2.png", "3.png", "http://[::1")
    )
    found = page.described(f"<title>t</title>{head}", "https://a.example/x/y")
    assert [one["url"] for one in found["images"]] == ["https://b.example/2.png", "https://a.example/x/3.png"]


def test_a_picture_keeps_its_own_properties() -> None:
    head = (
        '<meta property="og:image" content="http://a.example/1.png">'
        '<meta property="og:image:secure_url" content="https://a.example/1.png">'
        '<meta property="og:image:width" content="640"><meta property="og:image:height" content="-3">'
        '<meta property="og:image:type" content="image/png">'
    )
    (found,) = page.described(f"<title>t</title>{head}", "https://a.example")["images"]
    assert (found["url"], found["secure_url"]) == ("http://a.example/1.png", "https://a.example/1.png")
    assert (found["type"], found["width"], found["height"]) == ("image/png", 640, 0)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<title>Größe</title>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<meta charset=latin-1><title>Größe</title>".encode("latin-1"), "text/html"),
        ("<title>Größe</title>".encode(), "text/html; charset=nonsense"),
        ("<title>Größe</title>".encode(), "text/html"),
    ],
)
def test_a_page_is_read_in_its_own_charset(body: bytes, content_type: str) -> None:
    assert page.described(page.text_of(body, content_type), "https://a.example")["title"] == "Größe"


def test_a_picture_has_a_size_without_being_decoded() -> None:
    assert image(picture(300, 20), "image/png") == {"width": 300, "height": 20, "format": "png", "frame_count": 1}
    assert image(picture(300, 20)[:200], "image/png")["width"] == 300
    assert image(b"GIF89a nonsense", "image/gif") == {}
    assert image(b"<svg/>", "image/svg+xml")["format"] == "svg"


def test_the_hash_is_fnv_1() -> None:
    """Test vectors of the algorithm's own page (32 bits)."""
    assert [fnv1(text) for text in (b"", b"a", b"foobar")] == [0x811C9DC5, 0x050C5D7E, 0x31F0B262]
