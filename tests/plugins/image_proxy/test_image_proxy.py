"""Pictures of other sites come through the server: harmless, and only when that is turned on."""

import hashlib
import hmac
from typing import Any
from urllib.parse import quote

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk

SITE = "http://chat.example"


@pytest.fixture
def make(make_talk: Any) -> Any:
    """Return `make(**image proxy settings)`."""

    def make(**settings: Any) -> Talk:
        service = {"SiteURL": SITE, "AllowedUntrustedInternalConnections": "127.0.0.1"}
        plugins = (*ONLY, "image_proxy", *(["proxied_images"] if settings.get("Enable") else []))
        talk: Talk = make_talk(plugins, ServiceSettings=service, ImageProxySettings=settings)
        return talk

    return make


def get(client: Any, url: str, **headers: str) -> Any:
    return client.request("GET", "/image", query={"url": url}, headers=headers)


def test_a_picture_comes_through_and_can_do_nothing(make: Any, site: str) -> None:
    answer = get(make(Enable=True).carol, f"{site}/owl.png")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert answer.body.startswith(b"\x89PNG")
    assert "default-src 'none'; sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/script.svg", "/article", "/missing"])
def test_what_is_no_harmless_picture_does_not(make: Any, site: str, path: str) -> None:
    answer = get(make(Enable=True).carol, site + path)
    assert (answer.status, answer.json["id"]) == (404, "api.image.get.app_error")


def test_the_inside_is_not_reached(make: Any, site: str) -> None:
    talk = make(Enable=True)
    assert get(talk.carol, site.replace("127.0.0.1", "127.0.0.2") + "/owl.png").status == 404
    assert get(talk.carol, "http://169.254.169.254/latest").status == 404
    assert get(talk.carol, "file:///etc/passwd").status == 400
    assert get(talk.server.client(), f"{site}/owl.png").status == 401


def test_turned_off_it_points_pictures_to_where_they_are_and_nobody_else(make: Any, site: str) -> None:
    talk = make()
    answer = get(talk.carol, f"{site}/owl.png", **{"Sec-Fetch-Dest": "image"})
    assert (answer.status, answer.headers["location"]) == (302, f"{site}/owl.png")
    assert get(talk.carol, "https://evil.example", **{"Sec-Fetch-Dest": "document"}).status == 404


def test_a_camo_proxy_gets_signed_addresses(make: Any) -> None:
    talk = make(
        Enable=True,
        ImageProxyType="atmos/camo",
        RemoteImageProxyURL="https://camo.example/",
        RemoteImageProxyOptions="k",
    )
    url = "http://a.example/1.png"
    signed = hmac.new(b"k", url.encode(), hashlib.sha1).hexdigest()
    assert get(talk.carol, url).headers["location"] == f"https://camo.example/{signed}/{url.encode().hex()}"


def test_posts_show_pictures_through_the_proxy_and_keep_what_was_written(make: Any) -> None:
    talk = make(Enable=True)
    url = "https://a.example/1.png?b=c"
    proxied = f"{SITE}/api/v4/image?url={quote(url, safe='')}"
    attachments = [{"text": "x", "image_url": url, "author_icon": f"{SITE}/own.png"}, "odd"]
    post = talk.say(talk.bob, f"![a]({url}) {url}", props={"attachments": attachments})
    seen = talk.carol.get(f"/channels/{talk.channel}/posts").json["posts"][post["id"]]
    assert seen["message"] == f"![a]({proxied}) {url}"
    assert seen["props"]["attachments"] == [
        {"text": "x", "image_url": proxied, "author_icon": f"{SITE}/own.png"},
        "odd",
    ]
    talk.bob.put(f"/posts/{post['id']}/patch", {"message": seen["message"] + " more"})
    off = make()
    assert off.carol.get(f"/posts/{post['id']}").json["message"] == f"![a]({url}) {url} more"
