"""What stands above the page: announcements, and that the server has a newer client."""

from typing import Any

from hubbub.core.testing import Client
from hubbub.tests.webclient.kit import OpenPage, World

NEWER = """(() => {
  const real = window.fetch;
  window.fetch = async (url, options) => {
    const answer = await real(url, options);
    if (!String(url).includes("/config/client")) return answer;
    return new Response(JSON.stringify({ ...(await answer.json()), HubbubWebClientVersion: "newer" }));
  };
})()"""

COLOURS = """(() => {
  const style = getComputedStyle(document.querySelector(".notice"));
  return [style.backgroundColor, style.color];
})()"""


def announce(admin: Client, **banner: Any) -> None:
    """Change the announcement."""
    admin.put("/config/patch", {"AnnouncementSettings": {"EnableBanner": True, **banner}})


def test_announcements_come_and_go_live(open_page: OpenPage, admin: Client, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        announce(
            admin,
            BannerText="Maintenance **tonight** <img src=x onerror=alert(1)>",
            BannerColor="#004000",
            BannerTextColor="#003000",
        )
        page.sees("Maintenance tonight <img src=x onerror=alert(1)>", ".notice")
        # A colour that can't be read gives way; the other is as wanted.
        assert page.run(COLOURS) == ["rgb(0, 64, 0)", "rgb(255, 255, 255)"]
        # The chat is whole below it.
        assert page.run("document.documentElement.scrollHeight <= innerHeight")
        assert page.run("document.querySelector('.composer').getBoundingClientRect().bottom <= innerHeight")
        page.click(".notice button")
        page.misses("Maintenance", ".notice")
        page.open(world.path)
        page.sees("added to the channel", ".post")
        assert page.texts(".notice") == []
        announce(admin, BannerText="Once more", BannerColor="red;}", AllowBannerDismissal=False)
        page.sees("Once more", ".notice")
        assert page.run(COLOURS)[0] == "rgb(242, 169, 59)"
        assert page.texts(".notice button") == []
        announce(admin, EnableBanner=False, AllowBannerDismissal=True)
        page.misses("Once more", ".notice")


def test_a_page_of_an_older_version_offers_to_load_the_newer(open_page: OpenPage, admin: Client, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.sees("added to the channel", ".post")
        assert page.texts(".notice") == []
        page.run(NEWER)
        world.server.restart()
        page.sees("The server was updated", ".notice")
        page.click(".notice button", "Load again")
        page.misses("The server was updated", ".notice")
        page.sees("added to the channel", ".post")
