"""When the network fails: nothing is lost, nothing comes twice, and people are told."""

from hubbub.tests.webclient.kit import OpenPage, World, write

NO_SOCKET = """
window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.(), 5); } close() {} send() {} };
"""

HOLD = """
const real = window.fetch;
window.fetch = async (url, options) => {
  const answer = await real(url, options);
  if (String(url).includes("/posts/unread")) await new Promise((go) => { window.letGo = go; });
  return answer;
};
"""


def test_what_comes_while_a_channel_is_being_read_is_shown(open_page: OpenPage, world: World) -> None:
    world.ben.create_post(world.channel, "before")
    with open_page(world.ann, world.path) as page:
        page.send("Page.addScriptToEvaluateOnNewDocument", source=HOLD)
        page.open(world.path)
        page.wait("window.letGo && true")
        said = world.ben.create_post(world.channel, "meanwile")
        page.wait("document.body.textContent.includes('meanwile')", "the announcement")
        world.ben.put(f"/posts/{said['id']}/patch", {"message": "meanwhile"})
        world.ben.create_post(world.channel, "last")
        page.wait("document.body.textContent.includes('last')", "the announcement")
        page.run("window.letGo()")
        page.sees("last", ".post")
        assert page.texts(".post:not(.system) .post-text") == ["before", "meanwhile", "last"]


def test_a_dropped_connection_is_taken_up_again_without_losses(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        world.ben.create_post(world.channel, "before")
        page.sees("before", ".post")
        page.offline()
        page.sees("You are offline", ".banner")
        world.ben.create_post(world.channel, "meanwhile")
        page.offline(False)
        page.sees("meanwhile", ".post")
        page.misses("You are offline", ".banner")
        world.ben.create_post(world.channel, "after")
        page.sees("after", ".post")
        assert page.texts(".post:not(.system) .post-text") == ["before", "meanwhile", "after"]


def test_a_message_written_offline_is_sent_once_when_the_network_is_back(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.offline()
        write(page, "are you there?")
        page.sees("Send again", ".send-failed")
        page.offline(False)
        page.misses("Send again")
        page.wait("document.querySelectorAll('.post:not(.system, .sending, .failed)').length === 1")
        posts = world.ben.get(f"/channels/{world.channel['id']}/posts").json
        assert [post["message"] for post in posts["posts"].values() if not post["type"]] == ["are you there?"]


def test_a_message_survives_a_reload_and_is_not_sent_twice(open_page: OpenPage, world: World) -> None:
    lose = """(() => {
      const real = window.fetch;
      window.fetch = async (url, options) => {
        if (options.method !== "POST" || !url.endsWith("/posts")) return real(url, options);
        if (!window.reach) throw new TypeError("Failed to fetch");
        await real(url, options);
        throw new TypeError("the answer is lost");
      };
    })()"""
    age = """(() => {
      for (const name of Object.keys(localStorage).filter((one) => one.startsWith("hubbub.outbox."))) {
        const post = JSON.parse(localStorage.getItem(name));
        localStorage.setItem(name, JSON.stringify({...post, create_at: post.create_at - 60000}));
      }
    })()"""
    with open_page(world.ann, world.path) as page:
        # No event tells of it either: as when the network was gone before the answer came.
        page.send("Page.addScriptToEvaluateOnNewDocument", source=NO_SOCKET)
        page.open(world.path)
        page.run(lose)
        write(page, "never arrived")
        page.sees("It is sent when the server can be reached", ".send-failed")
        page.run("window.reach = true")
        write(page, "arrived unheard")
        page.wait("document.querySelectorAll('.send-failed').length === 2")
        page.run(age)
        page.open(world.path)
        page.sees("never arrived", ".post:not(.sending, .failed)")
        page.misses("It is sent when", ".send-failed")
        page.wait("document.querySelectorAll('.post:not(.system, .sending, .failed)').length === 2")
        posts = world.ben.get(f"/channels/{world.channel['id']}/posts").json["posts"].values()
        assert sorted(one["message"] for one in posts if not one["type"]) == ["arrived unheard", "never arrived"]
        assert page.run("Object.keys(localStorage).filter((one) => one.includes('outbox'))") == []


def test_a_message_that_the_server_refuses_can_be_sent_again_or_thrown_away(open_page: OpenPage, world: World) -> None:
    refuse = """(() => {
      const real = window.fetch;
      window.refused = 0;
      const no = async () => {
        window.refused += 1;
        return new Response(`{"message": "No room, ${window.refused}."}`, { status: 503 });
      };
      window.fetch = (url, options) => options.method === "POST" && url.endsWith("/posts") ? no() : real(url, options);
    })()"""
    with open_page(world.ann, world.path) as page:
        page.run(refuse)
        write(page, "one more")
        page.sees("No room, 1.", ".send-failed")
        page.click(".send-failed button", "Send again")
        page.sees("No room, 2.", ".send-failed")
        page.click(".send-failed button", "Discard")
        page.misses("one more", ".post")


def test_without_websockets_the_page_says_so_and_asks_instead(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.send("Page.addScriptToEvaluateOnNewDocument", source=NO_SOCKET)
        page.open(world.path)
        page.sees("added to the channel", ".post")
        world.ben.create_post(world.channel, "by polling")
        page.sees("by polling", ".post")
        page.sees("Live updates are off", ".banner")


def test_after_a_restart_of_the_server_what_was_missed_is_read(open_page: OpenPage, world: World) -> None:
    # Another connection id: the page can't resume and reads its state again.
    with open_page(world.ann, world.path) as page:
        write(page, "before")
        page.sees("before", ".post:not(.sending)")
        world.server.restart()
        world.ben.create_post(world.channel, "news")
        page.sees("news", ".post")
        assert page.texts(".post:not(.system) .post-text") == ["before", "news"]


def test_a_page_that_could_not_begin_offers_to_try_again(open_page: OpenPage, world: World) -> None:
    broken = "window.fetch = () => Promise.reject(new TypeError('no network'));"
    with open_page(None, "/login") as page:
        script = page.send("Page.addScriptToEvaluateOnNewDocument", source=broken)["identifier"]
        page.open(world.path)
        page.sees("The server can't be reached", ".card")
        page.send("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
        page.run(f"location.assign({world.path!r})")
        page.sees("Sign in", "h1")
