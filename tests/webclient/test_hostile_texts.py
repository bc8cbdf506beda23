"""Texts of others are texts: whatever is written into names and messages, nothing of it runs or becomes markup."""

from hubbub.core.testing import LiveServer
from hubbub.tests.webclient.kit import OpenPage, World

HOSTILE = [
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "<svg/onload=window.pwned=1>",
    "[click](javascript:window.pwned=1)",
    "[click](JaVaScRiPt:window.pwned=1)",
    "[click](data:text/html,<script>window.pwned=1</script>)",
    "[click](\\x01javascript:window.pwned=1)",
    "<javascript:window.pwned=1>",
    "![x](javascript:window.pwned=1)",
    '[a](https://example.com/" onmouseover="window.pwned=1)',
    "`<b>code</b>` **<i>bold</i>** | <u>cell</u>",
    "```html\n<script>window.pwned = 1</script>\n```",
    "@<b>x ~<b>y #<b>z :<b>: &lt;b&gt; &#60;b&#62;",
    "{{constructor.constructor('window.pwned=1')()}}",
    "\u202eright to left\u202c \u0000nul \ud83d".encode("utf-8", "ignore").decode().replace("\x00", ""),
]
SLOW = [
    "*" * 8000,
    "**a " * 4000,
    "[" * 8000,
    "> " * 3000,
    "`" * 8001,
    "_a " * 5000,
    "- " * 5000,
    "~" * 9000,
    "|" * 8000,
    "# " + " " * 9000 + "x",
]
NOTHING_RAN = """
window.pwned === undefined && !document.querySelector("script:not([src]), iframe, object, embed, [onerror], [onload], [onmouseover]")
  && [...document.querySelectorAll("a[href]")].every((a) => ["http:", "https:", "mailto:"].includes(a.protocol))
  && [...document.images].every((i) => i.src.startsWith(location.origin))
"""  # noqa: E501  (JavaScript, kept as it is written there)


def test_hostile_messages(open_page: OpenPage, world: World) -> None:
    for text in HOSTILE:
        world.ben.create_post(world.channel, text)
    attachment = {
        "title": HOSTILE[0],
        "text": HOSTILE[3],
        "author_name": HOSTILE[1],
        "fields": [{"title": HOSTILE[2], "value": HOSTILE[4]}, None],
        "footer": 5,
    }
    world.ben.create_post(
        world.channel, "with", props={"attachments": [attachment, "odd", None], "override_username": 7}
    )
    world.ben.create_post(world.channel, "the end")
    with open_page(world.ann, world.path) as page:
        page.sees("the end", ".post")
        assert page.run(NOTHING_RAN)
        page.sees("<script>window.pwned = 1</script>", ".post-text p")
        assert not page.run("document.querySelector('.post-text b, .post-text i, .post-text u') && true")


def test_hostile_names(open_page: OpenPage, server: LiveServer) -> None:
    world = World(server)
    world.ben.put("/users/me/patch", {"first_name": HOSTILE[1], "nickname": HOSTILE[0], "position": HOSTILE[2]})
    world.ann.put(
        f"/channels/{world.channel['id']}/patch",
        {"display_name": HOSTILE[1], "header": "".join(HOSTILE[:6]), "purpose": HOSTILE[3]},
    )
    world.ann.put(f"/teams/{world.team['id']}/patch", {"display_name": HOSTILE[1]})
    world.ben.put("/users/me/status/custom", {"emoji": "<b>", "text": HOSTILE[1]})
    world.ben.create_post(world.channel, "hello")
    with open_page(world.ann, world.path) as page:
        page.click(".author", world.ben.get("/users/me").json["username"])
        page.sees(HOSTILE[1], ".profile")
        page.press("Escape")
        page.click(".channel-tools button", "Members")
        page.sees("@ben", ".member-row")
        page.press("Control+k")
        page.sees(HOSTILE[1], ".switch-row, h1")
        assert page.run(NOTHING_RAN)


def test_no_text_holds_the_page_up(open_page: OpenPage) -> None:
    with open_page(None, "/login") as page:
        main = page.run("document.querySelector('script[type=module]').src")
        page.run(
            f"import('{main.replace('main.js', 'markdown/render.js')}').then((found) => {{ window.markdown = found; }})"
        )
        for text in SLOW:
            took = page.run(
                f"(() => {{ const at = Date.now(); markdown.renderMarkdown({text!r}); return Date.now() - at; }})()"
            )
            # Far above what it takes (some ms): this tests the shape of the work, quadratic would take minutes.
            assert took < 5000, text[:10]
