"""Pictures of people and teams: uploaded, made small and square, shown, taken away."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hubbub.tests.plugins.files.kit import FORM, ONLY, form, picture

sqlite = pytest.mark.engines("sqlite")
SQUARE = ("PNG", (128, 128))


def put(client: Any, path: str, content: bytes, name: str = "image") -> Any:
    """Return the answer to a new picture."""
    return client.post(path, form((name, "face.png", content)), headers=FORM)


def kind_of(data: bytes) -> tuple[str | None, tuple[int, int]]:
    """Return a picture's format and size."""
    with Image.open(BytesIO(data)) as image:
        return image.format, image.size


def test_a_picture_of_ones_own(site: Any, folder: Path) -> None:
    path = f"/users/{site.bob.id}/image"
    generated = site.carol.get(path)
    assert put(site.bob, path, picture(300, 200, "JPEG")).json == {"status": "OK"}
    chosen = site.carol.get(path)
    assert (chosen.headers["content-type"], kind_of(chosen.body)) == ("image/png", SQUARE)
    assert chosen.body != generated.body
    assert (folder / "users" / site.bob.id / "profile.png").read_bytes() == chosen.body
    assert site.carol.get(path, headers={"If-None-Match": chosen.headers["etag"]}).status == 304
    assert site.carol.get(f"{path}/default").body == generated.body
    told = [event.data["user"] for event in site.server.events("user_updated")]
    assert {user["id"] if isinstance(user, dict) else user.id for user in told} == {site.bob.id}
    assert site.carol.get(f"/users/{site.bob.id}").json["last_picture_update"] > 0
    assert site.bob.delete(path).json == {"status": "OK"}
    assert site.carol.get(path).body == generated.body
    assert not (folder / "users").exists()


def test_a_team_has_a_picture(site: Any, folder: Path) -> None:
    path = f"/teams/{site.team}/image"
    answer = site.bob.get(path)
    assert (answer.status, answer.error) == (404, "api.team.get_team_icon.read_file.app_error")
    assert put(site.bob, path, picture()).status == 403
    assert put(site.alice, path, picture()).status == 200
    icon = site.bob.get(path)
    assert kind_of(icon.body) == SQUARE
    assert site.eve.get(path).status == 403
    assert site.bob.get(f"/teams/{site.team}").json["last_team_icon_update"] > 0
    assert site.server.events("update_team")[-1].broadcast.team_id in ("", site.team)
    assert site.bob.delete(path).status == 403
    assert site.alice.delete(path).status == 200
    assert site.bob.get(path).status == 404
    assert not (folder / "teams").exists()


@sqlite
def test_nobody_sets_the_picture_of_others(site: Any) -> None:
    path = f"/users/{site.bob.id}/image"
    assert put(site.carol, path, picture()).status == 403
    assert site.carol.delete(path).status == 403
    assert put(site.alice, path, picture()).status == 200
    assert put(site.alice, f"/users/{'a' * 26}/image", picture()).status in (403, 404)


@sqlite
def test_what_is_no_fit_picture_is_refused(make_site: Any) -> None:
    site = make_site(FileSettings={"MaxFileSize": 20_000, "MaxImageResolution": 10_000})
    for path, part in (
        ("/users/me/image", "user.upload_profile_user"),
        (f"/teams/{site.team}/image", "team.set_team_icon"),
    ):
        for content, status, error in (
            (b"<svg/>", 400, "check_image_limits"),
            (picture()[:40], 400, "check_image_limits"),
            (picture(101, 100), 400, "check_image_limits"),
            (b"x" * 20_001, 413, "too_large"),
        ):
            answer = put(site.alice, path, content)
            assert (answer.status, answer.error) == (status, f"api.{part}.{error}.app_error")
        answer = put(site.alice, path, picture(), name="other")
        assert (answer.status, answer.error) == (400, f"api.{part}.no_file.app_error")
        assert put(site.alice, path, picture(100, 100)).status == 200


@sqlite
def test_a_photo_is_upright(site: Any) -> None:
    image = Image.new("RGB", (128, 128), "red")
    image.paste((0, 0, 255), (0, 0, 64, 128))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = BytesIO()
    image.save(out, "PNG", exif=exif)
    assert put(site.bob, "/users/me/image", out.getvalue()).status == 200
    with Image.open(BytesIO(site.bob.get("/users/me/image").body)) as turned:
        upper, lower = (turned.convert("RGB").getpixel((64, y)) for y in (10, 118))
    assert (upper, lower) == ((0, 0, 255), (255, 0, 0))


@sqlite
def test_the_site_has_a_picture_on_its_sign_in_page(make_talk: Any, folder: Path) -> None:
    site = make_talk((*ONLY, "brand"), FileSettings={"Directory": str(folder), "MaxImageResolution": 10_000})
    path, nobody = "/brand/image", site.server.client()
    answer = nobody.get(path)
    assert (answer.status, answer.error) == (404, "api.admin.get_brand_image.storage.app_error")
    assert put(site.bob, path, picture()).status == 403
    assert put(site.alice, path, picture(60, 30, "JPEG")).status == 201
    shown = nobody.get(path)
    assert kind_of(shown.body) == ("PNG", (60, 30))
    assert nobody.get(path, headers={"If-None-Match": shown.headers["etag"]}).status == 304
    for content in (b"<svg/>", picture(101, 100)):
        answer = put(site.alice, path, content)
        assert (answer.status, answer.error) == (400, "api.admin.upload_brand_image.check_image_limits.app_error")
    assert nobody.get(path).body == shown.body
    assert site.bob.delete(path).status == 403
    assert site.alice.delete(path).status == 200
    assert site.alice.delete(path).status == 404
    assert nobody.get(path).status == 404
