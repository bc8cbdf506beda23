"""The site's own terms: written in the console, accepted or refused before anything else."""

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.tests.webclient.browser import PHONE, Chromium
from hubbub.tests.webclient.kit import Findings, sign_in
from hubbub.tests.webclient.test_hostile_texts import HOSTILE, NOTHING_RAN


def test_terms_are_written_refused_and_accepted(chromium: Chromium, findings: Findings) -> None:
    terms = {"SupportSettings": {"CustomTermsOfServiceEnabled": True}, "TeamSettings": {"EnableOpenServer": True}}
    with LiveServer(terms, workers=1) as server:
        admin, ann = server.create_user("admin"), server.create_user("ann")
        server.create_team("crew", owner=admin, members=(ann,))
        with chromium.page(server.url) as page:
            sign_in(page, admin)
            page.open("/admin_console/settings/SupportSettings")
            page.click("button", "Write the site's own terms")
            page.fill("dialog [name=text]", f"# Be kind\n\n{HOSTILE[1]}")
            page.click("dialog .primary", "Save")
            page.sees("Saved", ".trial-outcome")
            page.open("/")
            page.sees("Terms of use", "h1")
            assert page.problems() == []
        with chromium.page(server.url, PHONE, dark=True) as page:
            page.open("/login")
            for answer in ("I don't agree", "I agree"):
                page.wait("document.querySelector('[name=login]') && true")
                page.fill("[name=login]", "ann")
                page.fill("[name=password]", PASSWORD)
                page.press("Enter")
                page.sees("Be kind", ".terms")
                assert page.run(NOTHING_RAN)
                assert findings(page) == []
                page.click("button", answer)
                if answer != "I agree":
                    page.click("dialog .danger", answer)
                    page.misses("Be kind")
            page.wait("document.querySelector('.channel-view, .sidebar') && true")
            page.open("/crew")
            page.wait("document.querySelector('.channel-view, .sidebar') && true")
            assert page.problems() == []
        accepted = ann.get("/users/me/terms_of_service").json
        assert accepted["terms_of_service_id"] == admin.get("/terms_of_service").json["id"]
