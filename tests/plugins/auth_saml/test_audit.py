"""Sign-ins by SAML that end without an identity are in the audit trail: from where, why; no secrets."""

from typing import Any

import pytest

from hubbub.tests.plugins.auth_saml.forging import changed
from hubbub.tests.plugins.auth_saml.idp import WANDA, Browser, Idp

pytestmark = pytest.mark.engines("sqlite")


def refused(site: Any) -> list[dict[str, Any]]:
    """Return the records of refused sign-ins, newest first."""
    site.settle()
    rows = site.client_of_admin().get("/audits?per_page=200").json
    return [row for row in rows if row["action"] == "/api/v4/users/login" and row["extra_info"].startswith("fail")]


def tampered(root: Any) -> None:
    """Somebody else's name in what was signed."""
    for element in root.iter("{urn:oasis:names:tc:SAML:2.0:assertion}AttributeValue"):
        element.text = "admin"


def test_each_way_to_be_refused_is_recorded_once(site: Any, browser: Browser, idp: Idp) -> None:
    person = {**WANDA, "uid": "id-audited", "username": "audited", "email": "audited@corp.example"}
    request, state = browser.leave()
    good = idp.respond(request, person)
    stranger = Browser(site.client())
    for answer, error, status in (
        (lambda: stranger.come_back(good, state), "api.user.authorize_oauth_user.invalid_state.app_error", 400),
        (lambda: browser.come_back(changed(good, tampered), state), "ent.saml.do_login.validate.app_error", 401),
        (lambda: browser.come_back(good, state), "api.user.authorize_oauth_user.invalid_state.app_error", 400),
        (lambda: browser.post_form({"RelayState": state}), "ent.saml.do_login.empty_response.app_error", 400),
    ):
        before = len(refused(site))
        got = answer()
        assert (got.status, got.error) == (status, error)
        found = refused(site)
        assert len(found) == before + 1, error
        assert found[0]["extra_info"] == f"fail error={error} status={status} provider=saml"
        assert (found[0]["ip_address"], found[0]["user_id"]) == ("127.0.0.1", "")
    assert state not in str(refused(site))
    assert person["email"] not in str(refused(site))
    count = len(refused(site))
    request, state = browser.leave()
    assert browser.come_back(idp.respond(request, person), state).status == 302
    assert len(refused(site)) == count, "a sign-in that ends well is none of these"
