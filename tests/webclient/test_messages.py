"""Writing and reading: what one does reaches the other at once."""

from hubbub.tests.webclient.kit import OpenPage, World, write

MARKDOWN = """# Title
**bold** *italic* ~~gone~~ `code` [site](https://example.com/a_(b)) :tada:
> quote

- one
  - two
- [x] done

1. first

|a|b|
|-|:-:|
|@NAME|c|

```py
x < 1
```"""


def test_a_message_its_change_and_its_end_reach_the_other(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        write(ann, "Frist")
        ben.sees("Frist", ".post-text")
        ann.press("ArrowUp")
        ann.fill(".post-editor textarea", "First")
        ann.press("Enter")
        ben.sees("First", ".post-text")
        ben.sees("edited", ".marks")
        ann.hover(".post", "First")
        ann.click(".post-actions button", "More")
        ann.click(".menu-item", "Delete")
        ann.click("dialog .danger", "Delete")
        ben.misses("First", ".post-text")


def test_a_reply_opens_a_thread_and_shows_in_it(open_page: OpenPage, world: World) -> None:
    world.ben.create_post(world.channel, "When do we meet?")
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        ann.hover(".post", "When do we meet?")
        ann.click(".post-actions button", "Reply")
        ann.sees("No replies yet", ".panel")
        write(ann, "At three", "#reply")
        ann.sees("At three", ".panel .post-text")
        ben.click(".thread-foot", "1 reply")
        ben.sees("At three", ".panel .post-text")
        write(ben, "Fine", "#reply")
        ann.sees("Fine", ".panel .post-text")
        ann.sees("2 replies", ".thread-foot")


def test_typing_shows_to_the_other(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        ben.fill("#composer", "I am thin")
        ann.sees("is typing", ".typing")
        write(ben, "king")
        ann.misses("is typing", ".typing")


def test_elsewhere_unread_and_mentions_are_counted(open_page: OpenPage, world: World) -> None:
    ann_name = world.ann.get("/users/me").json["username"]
    with open_page(world.ann, f"/{world.team['name']}/channels/town-square") as ann:
        world.ben.create_post(world.channel, "hello")
        ann.wait("document.querySelector('.channel-row.unread')?.textContent.includes('Design')")
        world.ben.create_post(world.channel, f"@{ann_name} look")
        ann.sees("1", ".channel-row .badge")
        assert ann.run("document.title").startswith("(1)")
        ann.click(".channel-row", "Design")
        ann.sees("New messages", ".new-line")
        ann.wait("!document.querySelector('.channel-row .badge')")


def test_a_direct_message_appears_in_the_others_sidebar(open_page: OpenPage, world: World) -> None:
    ben_name = world.ben.get("/users/me").json["username"]
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        ann.press("Control+k")
        ann.type(ben_name)
        ann.sees(f"@{ben_name}", ".switch-row")
        ann.press("Enter")
        ann.sees("Only the two of you", ".intro")
        write(ann, "psst")
        ben.sees(world.ann.get("/users/me").json["username"], ".channel-row")
        ben.sees("1", ".channel-row .badge")


def test_markdown_becomes_elements(open_page: OpenPage, world: World) -> None:
    name = world.ben.get("/users/me").json["username"]
    text = MARKDOWN.replace("NAME", name)
    world.ben.create_post(world.channel, text)
    with open_page(world.ann, world.path) as page:
        page.sees(f"@{name}", "td .mention")
        for selector, text in {
            "strong": "bold", "em": "italic", "del": "gone", "p code": "code", "blockquote": "quote", "ul ul li": "two",
            "li.task": "done", "ol li": "first", "td .mention": f"@{name}", "td.align-center": "c", "pre code": "x < 1",
        }.items():  # fmt: skip
            assert page.texts(f".post-text {selector}") == [text]
        assert page.run("document.querySelector('.post-text a').href") == "https://example.com/a_(b)"


def test_suggestions_complete_names_channels_and_emoji(open_page: OpenPage, world: World) -> None:
    name = world.ben.get("/users/me").json["username"]
    with open_page(world.ann, world.path) as page:
        for typed, shown, completed in (
            (f"@{name[:-1]}", f"@{name}", f"@{name} "),
            ("~desi", "Design", f"~{world.channel['name']} "),
            (":tad", ":tada:", ":tada: "),
        ):
            page.fill("#composer", typed)
            page.sees(shown, ".suggestion")
            page.press("Enter")
            assert page.run("document.querySelector('#composer').value") == completed


def test_an_unsent_message_is_there_after_loading_again(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.fill("#composer", "half a thou")
        page.wait("Object.keys(localStorage).some((key) => key.startsWith('hubbub.draft.'))")
        page.open(world.path)
        page.wait("document.querySelector('#composer')?.value === 'half a thou'")


def test_saved_and_pinned_messages_are_found_again(open_page: OpenPage, world: World) -> None:
    world.ben.create_post(world.channel, "Keep this")
    with open_page(world.ann, world.path) as page:
        page.hover(".post", "Keep this")
        page.click(".post-actions button", "Save")
        page.sees("Saved", ".marks")
        page.click(".post-actions button", "More")
        page.click(".menu-item", "Pin")
        page.sees("Pinned", ".marks")
        page.click(".channel-tools button", "Pinned")
        page.sees("Keep this", ".result")


def test_a_message_marked_unread_stays_so(open_page: OpenPage, world: World) -> None:
    world.ben.create_post(world.channel, "Later")
    with open_page(world.ann, world.path) as page:
        page.hover(".post", "Later")
        page.click(".post-actions button", "More")
        page.click(".menu-item", "Mark as unread")
        page.sees("New messages", ".new-line")
        page.wait("document.querySelector('.channel-row.unread')?.textContent.includes('Design')")
        page.run("window.dispatchEvent(new Event('focus'))")  # reading goes on, and doesn't undo it
        unread = world.ann.get(f"/users/me/channels/{world.channel['id']}/unread").json
        assert unread["msg_count"] == 1
        page.sees("New messages", ".new-line")


def test_a_reaction_shows_to_the_other_and_goes_again(open_page: OpenPage, world: World) -> None:
    world.ben.create_post(world.channel, "Done!")
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        ann.hover(".post", "Done!")
        ann.click(".post-actions button", "Add reaction")
        ann.type("rocket")
        ann.click(".emoji-grid button", "rocket")
        ben.sees("🚀", ".reaction")
        ben.click(".reaction", "🚀")
        ann.sees("2", ".reaction.mine")
        ann.click(".reaction", "🚀")
        ben.sees("1", ".reaction.mine")


def test_threads_one_takes_part_in_are_listed(open_page: OpenPage, world: World) -> None:
    root = world.ben.create_post(world.channel, "When do we meet?")
    world.ann.create_post(world.channel, "At three", root_id=root["id"])
    with open_page(world.ann, world.path) as page:
        page.click(".my-button")
        page.click(".menu-item", "Followed threads")
        page.sees("When do we meet?", ".result")
        page.click(".panel .thread-foot", "1 reply")
        page.sees("At three", ".panel .post-text")


def test_a_search_finds_messages_and_leads_to_them(open_page: OpenPage, world: World) -> None:
    world.ben.create_post(world.channel, "the heron stands in the pond")
    world.server.create_channel("elsewhere", owner=world.ann, team=world.team)
    with open_page(world.ann, f"/{world.team['name']}/channels/town-square") as page:
        page.press("Control+Shift+f")
        page.fill(".panel input[type=search]", "heron pond")
        page.press("Enter")
        page.sees("stands in the pond", ".result")
        page.click(".result a", "Jump")
        page.sees("stands in the pond", ".post.flash")
        page.sees("Design", ".channel-header h1")
