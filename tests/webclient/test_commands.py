"""Slash commands, and what integrations put before people: notes, buttons, menus, dialogs."""

from hubbub.tests.services.integration import running
from hubbub.tests.webclient.kit import OpenPage, World, write


def test_a_command_is_completed_and_run_not_posted(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.fill("#composer", "/shru")
        page.sees("/shrug", ".suggestion")
        page.press("Enter")
        assert page.run("document.querySelector('#composer').value") == "/shrug "
        page.press("Enter")
        page.sees("ツ", ".post-text")
        write(page, "/dnd forever")
        page.sees("Say for how long", ".post-text")
        page.sees("Only visible to you", ".marks")
        write(page, "/nothing")
        page.sees("There is no command /nothing", ".toast")
        assert page.run("document.querySelector('#composer').value") == "/nothing"
        write(page, "/join ~town-square")
        page.wait("location.pathname.endsWith('/channels/town-square')")
        write(page, "/shortcuts")
        page.sees("Ctrl K", "dialog")


def test_buttons_menus_and_a_dialog(open_page: OpenPage, world: World) -> None:
    with running() as integration:
        to = {"integration": {"url": integration.url}}
        options = [{"text": "Production", "value": "prod"}]
        actions = [
            {"id": "yes", "name": "Deploy", "style": "primary", **to},
            {"id": "where", "name": "Where", "type": "select", "options": options, **to},
        ]
        world.ben.create_post(world.channel, "Ready?", props={"attachments": [{"text": "Build 7", "actions": actions}]})
        integration.answers({"ephemeral_text": "Chosen"})
        with open_page(world.ann, world.path) as page:
            page.sees("Build 7", ".attachment")
            page.run(
                "(() => { const menu = document.querySelector('.post-buttons select'); menu.value = 'prod';"
                " menu.dispatchEvent(new Event('change')); return true; })()"
            )
            page.sees("Chosen", ".post-text")
            assert integration.asked[0].json["context"]["selected_option"] == "prod"
            integration.answers({})
            page.click(".post-buttons button", "Deploy")
            page.wait("!document.querySelector('.post-buttons button').disabled")
            names = (("Operators", "ops"), ("Testers", "test"), ("Editors", "ed"))
            people = [{"text": text, "value": value} for text, value in names]
            dialog = {
                "callback_id": "c", "title": "Deploy it", "submit_label": "Go", "elements": [
                    {"display_name": "Version", "name": "version", "type": "text", "min_length": 2},
                    {"display_name": "Where", "name": "where", "type": "select", "options": options, "default": "prod"},
                    {"display_name": "Sure", "name": "sure", "type": "bool", "default": "true"},
                    {"display_name": "Tell", "name": "tell", "type": "select", "multiselect": True, "options": people},
                    {"display_name": "How", "name": "how", "type": "radio", "options": people[:2], "default": "ops"},
                    {"display_name": "When", "name": "when", "type": "datetime", "default": "2026-03-01T10:30:00Z"},
                    {"display_name": "Why", "name": "why", "type": "textarea", "optional": True},
                ],
            }  # fmt: skip
            body = {"trigger_id": integration.asked[1].json["trigger_id"], "url": integration.url, "dialog": dialog}
            world.server.client().post("/actions/dialogs/open", body)
            page.sees("Deploy it", "dialog")
            page.fill("dialog input[name=version]", "1")
            page.click("dialog .primary", "Go")
            page.sees("At least 2 characters.", "dialog .problem")
            page.wait("document.activeElement.name === 'version'")
            page.sees("This is needed.", "dialog fieldset .problem")
            page.click("dialog .channel-boxes .check", "Operators")
            page.click("dialog .channel-boxes .check", "Editors")
            integration.answers({"errors": {"version": "There is no such version"}})
            page.fill("dialog input[name=version]", "17")
            page.click("dialog .primary", "Go")
            page.sees("There is no such version", "dialog .problem")
            integration.answers({})
            page.click("dialog .primary", "Go")
            page.wait("!document.querySelector('dialog')")
            sent = integration.asked[-1].json
            assert sent["submission"] == {
                "version": "17",
                "where": "prod",
                "sure": True,
                "tell": ["ops", "ed"],
                "how": "ops",
                "when": "2026-03-01T10:30:00Z",
            }
            assert (sent["type"], sent["callback_id"], sent["channel_id"]) == (
                "dialog_submission",
                "c",
                world.channel["id"],
            )
