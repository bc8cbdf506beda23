"""Messages of programs: under their own name, marked as such, with what they attach."""

from hubbub.tests.webclient.kit import OpenPage, World

ATTACHMENT = {
    "color": "#36a64f",
    "pretext": "It is *done*",
    "author_name": "CI",
    "title": "Build 7",
    "title_link": "https://ci.example.com/7",
    "text": "**All** tests pass",
    "fields": [{"title": "Branch", "value": "main", "short": True}, {"title": "Count", "value": 3}],
    "image_url": "https://ci.example.com/graph.png",
    "footer": "ci.example.com",
    "ts": 1_700_000_000,
}


def test_a_webhooks_message_has_its_name_mark_and_attachment(open_page: OpenPage, world: World) -> None:
    hook = world.ann.post("/hooks/incoming", {"channel_id": world.channel["id"]}, expect=201).json
    with open_page(world.ben, world.path) as page:
        world.ann.create_post(world.channel, "a person's")
        body = {"text": "a program's", "username": "Builder", "icon_emoji": "rocket", "attachments": [ATTACHMENT]}
        world.server.client().post(f"/hooks/{hook['id']}", body, raw_path=True, expect=200)
        page.sees("a program's", ".post-text")
        page.sees("Builder", ".author")
        page.sees("Bot", ".post-head .tag")
        assert page.texts(".picture .drawn") == ["🚀"], "though ann's own message is just above"
        page.sees("It is done", ".attachment")
        page.sees("All tests pass", ".attachment-body")
        page.sees("3", ".attachment dd")
        page.sees("ci.example.com ·", ".attachment-footer")
        links = "[...document.querySelectorAll('.attachment a')].map((a) => a.href).join(' ')"
        assert page.run(links) == "https://ci.example.com/7 https://ci.example.com/graph.png"
        colour = "getComputedStyle(document.querySelector('.attachment-body')).borderInlineStartColor"
        assert page.run(colour) == "rgb(54, 166, 79)"


def test_a_person_can_not_look_like_a_program(open_page: OpenPage, world: World) -> None:
    props = {"from_webhook": "true", "override_username": "Head of Finance", "override_icon_emoji": "moneybag"}
    world.ann.create_post(world.channel, "send money", props=props)
    with open_page(world.ben, world.path) as page:
        page.sees("send money", ".post-text")
        page.misses("Head of Finance", ".post")
