"""Pictures are measured, turned upright and shown smaller; bombs and rubbish harm nobody."""

import base64
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from hubbub.tests.plugins.files.kit import picture, send, upload

pytestmark = pytest.mark.engines("sqlite")


def size_of(data: bytes) -> tuple[str | None, tuple[int, int]]:
    """Return a picture's format and size."""
    with Image.open(BytesIO(data)) as image:
        image.load()
        return image.format, image.size


def test_a_picture_has_a_thumbnail_and_a_preview(site: Any) -> None:
    for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"):
        info = upload(site.bob, site.channel, f"wide.{kind.lower()}", picture(400, 200, kind))
        assert (info["width"], info["height"], info["has_preview_image"]) == (400, 200, True)
        assert info["mime_type"] == f"image/{kind.lower()}"
        assert size_of(base64.b64decode(info["mini_preview"])) == ("JPEG", (16, 8))
        thumbnail, preview = (site.bob.get(f"/files/{info['id']}/{name}") for name in ("thumbnail", "preview"))
        assert size_of(thumbnail.body) == ("JPEG", (120, 60))
        assert size_of(preview.body) == ("JPEG", (400, 200))
        assert (preview.headers["content-type"], preview.status) == ("image/jpeg", 200)
        assert preview.headers["content-disposition"].startswith("inline;")


def test_a_preview_is_1920_wide_at_most(site: Any) -> None:
    info = upload(site.bob, site.channel, "huge.jpg", picture(3840, 100, "JPEG"))
    assert (info["width"], info["height"]) == (3840, 100)
    assert size_of(site.bob.get(f"/files/{info['id']}/preview").body)[1] == (1920, 50)


def test_a_photo_that_lies_on_its_side_is_turned(site: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    info = upload(site.bob, site.channel, "photo.jpg", picture(40, 20, "JPEG", exif=exif))
    assert (info["width"], info["height"]) == (20, 40)
    assert size_of(site.bob.get(f"/files/{info['id']}/preview").body)[1] == (20, 40)


def test_an_animation_is_shown_as_it_is(site: Any) -> None:
    info = upload(site.bob, site.channel, "dance.gif", picture(40, 20, "GIF", frames=3))
    assert (info["width"], info["height"]) == (40, 20)
    assert "has_preview_image" not in info
    assert site.bob.get(f"/files/{info['id']}/thumbnail").status == 200
    answer = site.bob.get(f"/files/{info['id']}/preview")
    assert (answer.status, answer.error) == (400, "api.file.get_file_preview.no_preview.app_error")


def test_what_is_transparent_becomes_white(site: Any) -> None:
    out = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    info = upload(site.bob, site.channel, "clear.png", out.getvalue())
    with Image.open(BytesIO(site.bob.get(f"/files/{info['id']}/preview").body)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_what_is_no_picture_has_none(site: Any) -> None:
    info = upload(site.bob, site.channel, "notes.txt")
    for name in ("thumbnail", "preview"):
        answer = site.bob.get(f"/files/{info['id']}/{name}")
        assert (answer.status, answer.error) == (400, f"api.file.get_file_{name}.no_{name}.app_error")


def test_a_broken_picture_is_a_file_like_any_other(site: Any) -> None:
    for cut in (20, 60, -10):
        content = picture(40, 20)[:cut]
        info = upload(site.bob, site.channel, "broken.png", content)
        assert info["size"] == len(content)
        assert site.bob.get(f"/files/{info['id']}").body == content


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(make_site: Any) -> None:
    site = make_site(FileSettings={"MaxImageResolution": 800})
    upload(site.bob, site.channel, "fits.png", picture(40, 20))
    answer = send(site.bob, site.channel, ("bomb.png", picture(41, 20)))
    assert (answer.status, answer.error) == (400, "api.file.upload_file.large_image_detailed.app_error")
    bomb = picture(8000, 8000)
    assert len(bomb) < 300_000
    assert send(site.bob, site.channel, ("bomb.png", bomb)).status == 400
