"""Groups of the directory, and the teams and channels that they give to people."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from hubbub.core.contracts.errors import AppError
from hubbub.tests.plugins.auth_ldap.test_sync import accounts, people_with_accounts, run
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.ldap import PASSWORD, Tree

ATTRIBUTES = {"GroupIdAttribute": "sAMAccountName", "GroupDisplayNameAttribute": "cn", "GroupFilter": "(cn=g-*)"}


class Site:
    """A server with LDAP, a team and two channels of the administrator's."""

    def __init__(self, server: Any, tree: Tree) -> None:
        self.server, self.tree, self.admin = server, tree, server.admin
        self.team = server.create_team("crew", owner=self.admin)
        self.channel = server.create_channel("talk", owner=self.admin, team=self.team)
        self.private = server.create_channel("den", owner=self.admin, team=self.team, type="P")

    def link_group(self, name: str, uids: list[str]) -> str:
        """Make a group in the directory and link it; return its id here."""
        self.tree.add_group(name, uids)
        return str(self.admin.post(f"/ldap/groups/id-{name}/link", expect=201).json["id"])

    def link(self, group_id: str, kind: str, thing: dict[str, Any], **patch: bool) -> dict[str, Any]:
        """Have a team or channel belong to a group, and wait for what follows."""
        made = self.admin.post(f"/groups/{group_id}/{kind}/{thing['id']}/link", {"auto_add": True, **patch}, expect=201)
        self.server.settle()
        return dict(made.json)

    def members(self, kind: str, thing: dict[str, Any]) -> set[str]:
        """Return the names of the members of a team or channel, but for the administrator."""
        ids = [one["user_id"] for one in self.admin.get(f"/{kind}/{thing['id']}/members").json]
        return {one["username"] for one in self.admin.post("/users/ids", ids).json} - {"admin"}

    def admins(self, kind: str, thing: dict[str, Any]) -> set[str]:
        """Return the names of its administrators, but for the administrator."""
        members = self.admin.get(f"/{kind}/{thing['id']}/members").json
        ids = [one["user_id"] for one in members if one["scheme_admin"]]
        return {one["username"] for one in self.admin.post("/users/ids", ids).json} - {"admin"}


@pytest.fixture
def site(make_server: Any, database: DatabaseSource, tree: Tree) -> Site:
    """Return a site on each engine in turn."""
    server = make_server(database, LdapSettings=tree.settings(**ATTRIBUTES))
    server.admin = server.sign_up("admin")
    return Site(server, tree)


@pytest.fixture
def one_site(start: Callable[..., Any], tree: Tree) -> Site:
    """Return a site on SQLite."""
    return Site(start(tree.settings(**ATTRIBUTES)), tree)


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_groups_give_teams_and_channels_and_take_them(site: Site) -> None:
    people_with_accounts(site.server, site.tree, "anna", "bert", "carl")
    staff = site.link_group("g-staff", ["anna", "bert"])
    site.link(staff, "teams", site.team)
    site.link(staff, "channels", site.private)
    done = run(site.server)
    assert (done["groups"], done["joined_groups"], done["memberships_added"]) == (1, 2, 4)
    assert site.members("teams", site.team) == site.members("channels", site.private) == {"anna", "bert"}
    assert run(site.server)["memberships_added"] == 0
    # Who leaves a group stays where they are, unless the team or channel is for its groups only.
    site.admin.put(f"/channels/{site.private['id']}/patch", {"group_constrained": True}, expect=200)
    site.tree.change_entry(f"cn=g-staff,{site.tree.base}", member=[site.tree.dn("anna")])
    done = run(site.server)
    assert (done["left_groups"], done["memberships_removed"]) == (1, 2)  # the administrator is in no group either
    assert site.members("teams", site.team) == {"anna", "bert"}
    assert site.members("channels", site.private) == {"anna"}
    site.admin.put(f"/teams/{site.team['id']}/patch", {"group_constrained": True}, expect=200)
    run(site.server)
    assert site.members("teams", site.team) == {"anna"}


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_groups_make_administrators(site: Site) -> None:
    people_with_accounts(site.server, site.tree, "anna", "bert")
    staff, chiefs = site.link_group("g-staff", ["anna", "bert"]), site.link_group("g-chiefs", ["anna"])
    site.link(staff, "teams", site.team)
    run(site.server)
    site.link(chiefs, "teams", site.team, scheme_admin=True)
    site.link(chiefs, "channels", site.private, scheme_admin=True)
    assert site.admins("teams", site.team) == site.admins("channels", site.private) == {"anna"}
    site.admin.put(f"/teams/{site.team['id']}/patch", {"group_constrained": True}, expect=200)
    site.tree.change_entry(f"cn=g-chiefs,{site.tree.base}", member=[site.tree.dn("bert")])
    run(site.server)
    assert site.admins("teams", site.team) == {"bert"}
    assert site.members("teams", site.team) == {"anna", "bert"}


def test_who_has_left_comes_back_only_when_that_is_wanted(one_site: Site) -> None:
    site = one_site
    people_with_accounts(site.server, site.tree, "anna")
    staff = site.link_group("g-staff", ["anna"])
    site.link(staff, "teams", site.team)
    site.link(staff, "channels", site.channel)
    run(site.server)
    anna = accounts(site.server)["anna"]["id"]
    site.admin.delete(f"/channels/{site.channel['id']}/members/{anna}", expect=200)
    run(site.server)
    assert site.members("channels", site.channel) == set()
    site.admin.post("/ldap/sync", {"re_add_removed_members": True}, expect=200)
    site.server.settle()
    assert site.members("channels", site.channel) == {"anna"}
    site.admin.delete(f"/teams/{site.team['id']}/members/{anna}", expect=200)
    run(site.server)
    assert site.members("teams", site.team) == set()
    site.admin.post(f"/ldap/users/{anna}/group_sync_memberships", expect=200)
    assert site.members("teams", site.team) == site.members("channels", site.channel) == {"anna"}
    refused = site.admin.post(f"/ldap/users/{site.admin.id}/group_sync_memberships")
    assert (refused.status, refused.json["id"]) == (
        400,
        "api.user.add_user_to_group_syncables.not_ldap_user.app_error",
    )


def test_somebody_new_gets_teams_and_channels_at_once(one_site: Site) -> None:
    site = one_site
    site.tree.add("anna")
    staff = site.link_group("g-staff", ["anna"])
    site.link(staff, "channels", site.private)
    site.link_group("g-others", [])
    people_with_accounts(site.server, site.tree, "bert")
    site.server.client().login("anna", PASSWORD, expect=200)
    site.server.settle()
    assert site.members("channels", site.private) == site.members("teams", site.team) == {"anna"}


def test_a_team_or_channel_of_groups_keeps_others_out(one_site: Site) -> None:
    site = one_site
    people_with_accounts(site.server, site.tree, "anna")
    staff = site.link_group("g-staff", ["anna"])
    site.link(staff, "teams", site.team)
    site.link(staff, "channels", site.channel)
    run(site.server)
    bob = site.server.sign_up("bob")
    site.admin.post(f"/teams/{site.team['id']}/members", {"team_id": site.team["id"], "user_id": bob.id}, expect=201)
    site.admin.put(f"/channels/{site.channel['id']}/patch", {"group_constrained": True}, expect=200)
    refused = site.admin.post(f"/channels/{site.channel['id']}/members", {"user_id": bob.id})
    assert refused.status == 400
    assert "members of its groups only" in refused.json["message"]
    carl = site.server.sign_up("carl")
    site.admin.put(f"/teams/{site.team['id']}/patch", {"group_constrained": True}, expect=200)
    body = {"team_id": site.team["id"], "user_id": carl.id}
    assert site.admin.post(f"/teams/{site.team['id']}/members", body).status == 400
    run(site.server)
    assert site.members("teams", site.team) == {"anna"}


def test_groups_within_groups_and_names_that_are_written_in_other_ways(one_site: Site) -> None:
    site = one_site
    people_with_accounts(site.server, site.tree, "anna", "bert", "carl")
    inner = site.tree.add_group("inner", ["bert"])
    outer = [site.tree.dn("anna").upper().replace(",", ", "), inner, "cn=nobody,dc=example,dc=org"]
    site.tree.add_group("g-outer", [], member=outer)
    site.tree.change_entry(inner, member=[site.tree.dn("bert"), f"cn=g-outer,{site.tree.base}"])  # a circle
    group = site.admin.post("/ldap/groups/id-g-outer/link", expect=201).json
    assert run(site.server)["joined_groups"] == 2
    members = site.admin.get(f"/groups/{group['id']}/members").json["members"]
    assert {one["username"] for one in members} == {"anna", "bert"}


def test_a_group_that_is_renamed_or_gone(one_site: Site) -> None:
    site = one_site
    people_with_accounts(site.server, site.tree, "anna")
    staff, others = site.link_group("g-staff", ["anna"]), site.link_group("g-others", ["anna"])
    run(site.server)
    site.tree.move(f"cn=g-staff,{site.tree.base}", "cn=g-crew")
    site.tree.move(f"cn=g-others,{site.tree.base}", "cn=hidden")
    assert run(site.server)["left_groups"] == 1
    assert site.admin.get(f"/groups/{staff}").json["display_name"] == "g-crew"
    assert site.admin.get(f"/groups/{others}/stats").json["total_member_count"] == 0
    site.tree.move(f"cn=g-crew,{site.tree.base}", "cn=hidden2")
    with pytest.raises(AppError, match="None of 2 linked groups is found"):
        run(site.server)
    assert site.admin.get(f"/groups/{staff}/stats").json["total_member_count"] == 1


def test_groups_are_listed_linked_and_unlinked(one_site: Site) -> None:
    site = one_site
    for name in ("g-a", "g-b", "g-c", "other"):
        site.tree.add_group(name, [])

    def listed(query: str = "") -> list[str]:
        answer = site.admin.get(f"/ldap/groups?{query}", expect=200).json
        assert answer["count"] >= len(answer["groups"])
        return [group["name"] for group in answer["groups"]]

    group = site.admin.post("/ldap/groups/id-g-b/link", expect=201).json
    assert (group["display_name"], group["source"], group["remote_id"]) == ("g-b", "ldap", "id-g-b")
    assert listed() == ["g-a", "g-b", "g-c"]
    assert listed("is_linked=true") == ["g-b"]
    assert listed("is_linked=false&q=C") == ["g-c"]
    assert listed("is_configured=true") == []
    assert listed("per_page=2&page=1") == ["g-c"]
    site.link(group["id"], "teams", site.team)
    assert listed("is_configured=true") == ["g-b"]
    site.admin.delete("/ldap/groups/id-g-b/link", expect=200)
    assert site.admin.delete("/ldap/groups/id-g-b/link").status == 404
    assert listed("is_linked=true") == []
    again = site.admin.post("/ldap/groups/id-g-b/link", expect=200).json
    assert (again["id"], again["delete_at"]) == (group["id"], 0)
    for missing in ("id-nobody", quote("*", safe=""), quote("id-g-b)(cn=*", safe=""), quote("\\2a", safe="")):
        refused = site.admin.post(f"/ldap/groups/{missing}/link")
        assert (refused.status, refused.json["id"]) == (404, "api.ldap_group.not_found")


def test_an_id_in_bytes_is_linked_by_its_text(one_site: Site) -> None:
    site = one_site
    site.server.configure(LdapSettings={"GroupIdAttribute": "objectGUID"})
    site.tree.add_group("g-guid", [], objectGUID=bytes(range(200, 216)))
    found = site.admin.get("/ldap/groups").json["groups"][0]
    assert found["primary_key"] == "".join(f"\\{byte:02x}" for byte in range(200, 216))
    group = site.admin.post(f"/ldap/groups/{quote(found['primary_key'], safe='')}/link", expect=201).json
    assert group["remote_id"] == found["primary_key"]


def test_links_are_changed_and_told_to_those_who_are_there(one_site: Site) -> None:
    site = one_site
    staff = site.link_group("g-staff", [])
    site.server.sent.clear()
    link = site.link(staff, "channels", site.private)
    assert (link["auto_add"], link["scheme_admin"], link["channel_id"]) == (True, False, site.private["id"])
    told = site.server.events("received_group_associated_to_channel")
    assert [(one.data, one.broadcast.channel_id) for one in told] == [({"group_id": staff}, site.private["id"])]
    # The channel's team knows the group, and gives it to nobody.
    of_team = site.admin.get(f"/groups/{staff}/teams/{site.team['id']}", expect=200).json
    assert of_team["auto_add"] is False
    path = f"/groups/{staff}/channels/{site.private['id']}"
    assert site.admin.put(f"{path}/patch", {"scheme_admin": True}, expect=200).json["auto_add"] is True
    site.admin.delete(f"{path}/link", expect=200)
    assert site.admin.delete(f"{path}/link").json["id"] == "app.group.group_syncable_already_deleted"
    assert site.admin.put(f"{path}/patch", {"auto_add": True}).status == 404
    told = site.server.events("received_group_not_associated_to_channel")
    assert [one.broadcast.channel_id for one in told] == [site.private["id"]]
    site.link(staff, "channels", site.channel)
    site.link(staff, "teams", site.team)
    told = site.server.events("received_group_associated_to_team")
    assert [(one.data, one.broadcast.team_id) for one in told] == [({"group_id": staff}, site.team["id"])]
    site.admin.delete(f"/groups/{staff}/teams/{site.team['id']}/link", expect=200)
    told = site.server.events("received_group_not_associated_to_team")
    assert [one.broadcast.team_id for one in told] == [site.team["id"]]
    assert site.admin.get(f"/groups/{staff}/channels").json == []


def test_who_may_link_and_what(one_site: Site) -> None:
    site = one_site
    staff = site.link_group("g-staff", [])
    bob = site.server.sign_up("bob")
    path = f"/groups/{staff}/teams/{site.team['id']}/link"
    assert bob.post(path, {}).status == 403
    custom = site.admin.post(
        "/groups", {"name": "ours", "display_name": "Ours", "source": "custom", "allow_reference": True}, expect=201
    ).json
    assert site.admin.post(f"/groups/{custom['id']}/teams/{site.team['id']}/link", {}).status == 501
    site.admin.put(f"/teams/{site.team['id']}/patch", {"group_constrained": True}, expect=200)
    refused = site.admin.post(f"/groups/{staff}/channels/{site.channel['id']}/link", {})
    assert (refused.status, refused.json["id"]) == (400, "group_not_associated_to_synced_team")
    # The owner of a channel may have a group that can be mentioned in it, and makes nobody an administrator.
    site.admin.put(f"/teams/{site.team['id']}/patch", {"group_constrained": False}, expect=200)
    site.admin.post(f"/teams/{site.team['id']}/members", {"team_id": site.team["id"], "user_id": bob.id}, expect=201)
    channel = site.server.create_channel("bobs", owner=bob, team=site.team)
    path = f"/groups/{staff}/channels/{channel['id']}/link"
    assert bob.post(path, {"auto_add": True}).status == 403
    site.admin.put(f"/groups/{staff}/patch", {"name": "staff", "allow_reference": True}, expect=200)
    assert bob.post(path, {"auto_add": True, "scheme_admin": True}).status == 403
    assert bob.post(path, {"auto_add": True}).status == 201


def test_without_attributes_for_groups_their_list_says_so(start: Any, tree: Tree) -> None:
    server = start(tree.settings())
    refused = server.admin.get("/ldap/groups")
    assert refused.status == 500
    assert "LdapSettings.GroupIdAttribute is empty" in refused.json["message"]
