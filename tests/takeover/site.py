"""A whole site as a Mattermost server of some version leaves it when it is stopped."""

from collections.abc import Callable
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.db import Database
from hubbub.plugins.roles.defaults import default_roles
from hubbub.tests.takeover import versions
from hubbub.tests.takeover.people import DAY, add_people, user_id
from hubbub.tests.takeover.rows import Rows, ident
from hubbub.tests.takeover.talk import EVERYBODY, LAB, TEAM, Talk, channel_id, direct_name, group_name, post_id
from hubbub.tests.takeover.versions import Version

SQUARE: Final = channel_id("town-square")
CREW: Final = channel_id("crew")
NEWS: Final = channel_id("news")
ANA_BEA: Final = channel_id(direct_name("ana", "bea"))
TRIO: Final = channel_id(group_name("ana", "bea", "carl"))
SCHEME: Final = ident("scheme news")
CUSTOM_CATEGORY: Final = ident("category ships")
FILE: Final = ident("file chart")
# What 11.6 knows and older servers don't: their roles hold none of it.
_NEW_PERMISSIONS: Final = ("manage_public_channel_banner", "manage_private_channel_banner")


def make_tables(db: Database, version: Version, spelled: Callable[[str], str] = versions.spelled) -> None:
    """Make the tables of a version, and its list of migrations; `spelled` is for MySQL."""
    statements = versions.mysql_sql(version, spelled) if db.engine == "mysql" else versions.postgres_sql(version)
    for sql in statements:
        db.execute(sql.replace("{", "{{").replace("}", "}}") if "{" in sql else sql)
    db.insert_many("db_migrations", ("version", "name"), versions.migrations(version))


def fill(version: Version) -> Rows:
    """Return the rows of the site."""
    rows, begin = Rows(version), now_ms() - 40 * DAY
    add_people(rows, begin)
    talk = Talk(rows, begin)
    _channels(talk)
    _posts(talk)
    _threads_and_more(rows, begin)
    talk.finish()
    _sidebar(rows)
    _roles(rows, begin)
    _integrations(rows, begin)
    _system(rows, begin)
    return rows


def _channels(talk: Talk) -> None:
    talk.team(TEAM, "harbour", (*EVERYBODY, "gil", "dora"))
    talk.team(LAB, "lab", ("bea", "carl"), type="I")
    talk.channel("town-square", EVERYBODY, header="Welcome 👋", purpose="All of us")
    talk.channel("off-topic", EVERYBODY)
    talk.channel("crew", ("ana", "bea", "gil"), type="P")
    talk.channel("old-plans", ("ana", "carl"), deleteat=talk.begin + 5 * DAY)
    talk.channel("news", ("ana", "bea", "carl"), schemeid=SCHEME)
    talk.channel("lab-square", ("bea", "carl"), teamid=LAB)
    talk.channel(direct_name("ana", "bea"), ("ana", "bea"), type="D", teamid="", displayname="")
    trio = ("ana", "bea", "carl")
    talk.channel(group_name(*trio), trio, type="G", teamid="", displayname="ana, bea, carl")


def _posts(talk: Talk) -> None:
    post = talk.post
    post("join", SQUARE, "carl", "carl joined the channel.", type="system_join_channel", props={"username": "carl"})
    post("hello", SQUARE, "ana", "Hello everybody 🚢", ispinned=True, hasreactions=True)
    post("typo", SQUARE, "bea", "Teh weather is fine")
    talk.edit("typo", "The weather is fine")
    post("gone", SQUARE, "carl", "never mind", deleteat=talk.begin + 2 * DAY, updateat=talk.begin + 2 * DAY)
    post("root", SQUARE, "ana", "Who brings the chart? #chart", hashtags="#chart")
    post("reply 1", SQUARE, "bea", "I do", root="root")
    post("reply 2", SQUARE, "carl", "@ana it is here", root="root", fileids=[FILE])
    post("for bea", SQUARE, "carl", "@bea look")
    for number in range(8):
        post(f"more {number}", SQUARE, "carl", f"news {number}", props=None if number == 0 else {})
    talk.read_until(SQUARE, "bea", "root", mentions=1)
    talk.set_member(SQUARE, "carl", notifyprops={"desktop": "none", "mark_unread": "mention", "push": "none"})
    post("secret", CREW, "ana", "Only for the crew")
    post("crew 2", CREW, "gil", "I am a guest")
    post("dm", ANA_BEA, "ana", "Hi Bea 🍋")
    talk.set_member(ANA_BEA, "bea", lastviewedat=1, mentioncount=1, mentioncountroot=1)
    post("gm", TRIO, "carl", "All three of us")
    post("bot", SQUARE, "deploybot", "deployed 1.2", props={"from_bot": "true"})


def _threads_and_more(rows: Rows, begin: int) -> None:
    for name, unread in (("ana", 1), ("bea", 0), ("carl", 0)):
        rows.add("threadmemberships", postid=post_id("root"), userid=user_id(name), following=True,
                 lastviewed=begin + DAY, lastupdated=begin + DAY, unreadmentions=unread)  # fmt: skip
    for name, emoji in (("bea", "ship"), ("carl", "anchor_of_ours")):
        rows.add("reactions", userid=user_id(name), postid=post_id("hello"), emojiname=emoji, createat=begin + DAY,
                 updateat=begin + DAY, deleteat=0, remoteid="", channelid=SQUARE)  # fmt: skip
    rows.add("emoji", id=ident("anchor"), createat=begin, updateat=begin, deleteat=0, creatorid=user_id("ana"),
             name="anchor_of_ours")  # fmt: skip
    rows.add("fileinfo", id=FILE, creatorid=user_id("carl"), postid=post_id("reply 2"), channelid=SQUARE,
             createat=begin + DAY, updateat=begin + DAY, deleteat=0, path="20260101/teams/noteam/chart.png",
             thumbnailpath="", previewpath="", name="chart ⚓.png", extension="png", size=68, mimetype="image/png",
             width=1, height=1, haspreviewimage=False, minipreview=b"\xff\xd8\x00", content="", remoteid="",
             archived=False)  # fmt: skip
    rows.add("postspriority", postid=post_id("hello"), channelid=SQUARE, priority="urgent", requestedack=True,
             persistentnotifications=False)  # fmt: skip
    rows.add("postacknowledgements", postid=post_id("hello"), userid=user_id("bea"), acknowledgedat=begin + DAY,
             channelid=SQUARE, remoteid="")  # fmt: skip
    rows.add("drafts", createat=begin, updateat=begin, deleteat=0, userid=user_id("bea"), channelid=CREW, rootid="",
             message="not yet sent", props={}, fileids="[]", priority={}, type="")  # fmt: skip


PREFERENCES: Final = (
    ("theme", "", '{"sidebarBg":"#123456"}'),
    ("display_settings", "use_military_time", "true"),
    ("display_settings", "collapsed_reply_threads", "on"),
    ("tutorial_step", user_id("bea"), "999"),
    ("direct_channel_show", user_id("ana"), "true"),
    ("flagged_post", post_id("hello"), "true"),
)


def _sidebar(rows: Rows) -> None:
    bea = user_id("bea")
    for category, name, value in PREFERENCES:
        rows.add("preferences", userid=bea, category=category, name=name, value=value)
    for order, type in enumerate(("favorites", "channels", "direct_messages")):
        rows.add("sidebarcategories", id=f"{type}_{bea}_{TEAM}", userid=bea, teamid=TEAM, sortorder=order * 10,
                 sorting="" if order < 2 else "recent", type=type, displayname=type.replace("_", " ").title(),
                 muted=False, collapsed=False)  # fmt: skip
    rows.add("sidebarcategories", id=CUSTOM_CATEGORY, userid=bea, teamid=TEAM, sortorder=5, sorting="manual",
             type="custom", displayname="Ships 🚢", muted=False, collapsed=True)  # fmt: skip
    for order, (channel, category) in enumerate(((CREW, CUSTOM_CATEGORY), (NEWS, f"favorites_{bea}_{TEAM}"))):
        rows.add("sidebarchannels", channelid=channel, userid=bea, categoryid=category, sortorder=order * 10)


def _roles(rows: Rows, begin: int) -> None:
    for name, role in default_roles().items():
        permissions = [p for p in role.permissions if rows.version.is_11 or p not in _NEW_PERMISSIONS]
        if name == "channel_guest":
            permissions.remove("use_channel_mentions")  # an administrator's doing
        _role(rows, begin, name, permissions, scheme_managed=role.scheme_managed, built_in=role.built_in)
    names = {kind: ident(f"role {kind}") for kind in ("admin", "user", "guest")}
    for kind, name in names.items():
        granted = list(default_roles()[f"channel_{kind}"].permissions)
        if kind == "user":
            granted.remove("create_post")  # only admins write the news
        _role(rows, begin, name, granted, scheme_managed=True, built_in=False)
    rows.add(
        "schemes", id=SCHEME, name=ident("scheme name"), displayname="news", description="", createat=begin,
        updateat=begin, deleteat=0, scope="channel", defaultteamadminrole="", defaultteamuserrole="",
        defaultteamguestrole="", defaultchanneladminrole=names["admin"], defaultchanneluserrole=names["user"],
        defaultchannelguestrole=names["guest"], defaultplaybookadminrole="", defaultplaybookmemberrole="",
        defaultrunadminrole="", defaultrunmemberrole="",
    )  # fmt: skip


def _role(rows: Rows, begin: int, name: str, permissions: list[str], *, scheme_managed: bool, built_in: bool) -> None:
    rows.add(
        "roles", id=ident(f"id of role {name}"), name=name, displayname=name, description="", createat=begin,
        updateat=begin, deleteat=0, permissions="".join(f" {permission}" for permission in permissions),
        schememanaged=scheme_managed, builtin=built_in, schemeid=None,
    )  # fmt: skip


def _integrations(rows: Rows, begin: int) -> None:
    when: dict[str, Any] = {"createat": begin, "updateat": begin, "deleteat": 0}
    ana = user_id("ana")
    rows.add("incomingwebhooks", id=ident("incoming"), **when, userid=ana, channelid=SQUARE, teamid=TEAM,
             displayname="builds", description="", username="", iconurl="", channellocked=False)  # fmt: skip
    rows.add("outgoingwebhooks", id=ident("outgoing"), token=ident("outgoing token"), **when, creatorid=ana,
             channelid=SQUARE, teamid=TEAM, triggerwords='["!build"]', callbackurls='["https://ci.example.com"]',
             displayname="ci", contenttype="application/json", triggerwhen=0, username="", iconurl="",
             description="")  # fmt: skip
    rows.add("commands", id=ident("command"), token=ident("command token"), **when, creatorid=ana, teamid=TEAM,
             trigger="deploy", method="P", username="", iconurl="", autocomplete=True, autocompletedesc="",
             autocompletehint="", displayname="deploy", description="", url="https://ci.example.com/deploy",
             pluginid="")  # fmt: skip
    rows.add("oauthapps", id=ident("app"), creatorid=ana, createat=begin, updateat=begin, clientsecret=ident("secret"),
             name="Tickets", description="", callbackurls='["https://tickets.example.com/done"]',
             homepage="https://tickets.example.com", istrusted=False, iconurl="", mattermostappid="",
             isdynamicallyregistered=False)  # fmt: skip
    rows.add("usergroups", id=ident("group"), name="sailors", displayname="Sailors", description="", source="custom",
             remoteid=None, createat=begin, updateat=begin, deleteat=0, allowreference=True)  # fmt: skip
    rows.add("groupmembers", groupid=ident("group"), userid=user_id("bea"), createat=begin, deleteat=0)


SYSTEM_VALUES: Final = {
    "DiagnosticId": ident("diagnostic"),
    "InstallationDate": "1700000000000",
    "FirstServerRunTimestamp": "1700000000000",
    "AsymmetricSigningKey": '{"ecdsa_key":{"curve":"P-256","x":1,"y":2,"d":3}}',
    "PostActionCookieSecret": '{"key":"a2V5"}',
    "LastSecurityTime": "1700000000000",
    "migration_advanced_permissions_phase_2": "true",
}


def _system(rows: Rows, begin: int) -> None:
    for name, value in SYSTEM_VALUES.items():
        rows.add("systems", name=name, value=value)
    rows.add("propertygroups", id=ident("attributes"), name="custom_profile_attributes")
    rows.add("jobs", id=ident("job"), type="expiry_notify", priority=0, createat=begin, startat=begin,
             lastactivityat=begin, status="success", progress=0, data={})  # fmt: skip
    rows.add("audits", id=ident("audit"), createat=begin, userid=user_id("ana"), action="/api/v4/users/login",
             extrainfo="attempt", ipaddress="127.0.0.1", sessionid="")  # fmt: skip
    rows.add("pluginkeyvaluestore", pluginid="com.example.plugin", pkey="counter", pvalue=b"\x00\x01", expireat=0)
    rows.add("linkmetadata", hash=1, url="https://example.com", timestamp=begin, type="none", data={})
