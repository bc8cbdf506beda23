"""Teams, channels and what was said in them."""

import hashlib
from typing import Any, Final

from hubbub.tests.takeover.people import CROWD, DAY, user_id
from hubbub.tests.takeover.rows import Rows, ident

TEAM: Final = ident("team harbour")
LAB: Final = ident("team lab")
EVERYBODY: Final = ("ana", "bea", "carl", "mia", "leo", "sam", "gus", "deploybot", *CROWD)
CHANNEL_NOTIFY: Final = {
    "desktop": "default", "email": "default", "ignore_channel_mentions": "default", "mark_unread": "all",
    "push": "default", "channel_auto_follow_threads": "off",
}  # fmt: skip
_SYSTEM: Final = "system_"


def channel_id(name: str) -> str:
    """Return a channel's id."""
    return ident(f"channel {name}")


def post_id(name: str) -> str:
    """Return a post's id."""
    return ident(f"post {name}")


class Talk:
    """Adds teams, channels and posts; counters follow from the posts in the end (`finish`)."""

    def __init__(self, rows: Rows, begin: int) -> None:
        self.rows = rows
        self.begin = begin
        self._moment = begin + DAY

    def team(self, id: str, name: str, members: tuple[str, ...], type: str = "O", scheme: str = "") -> None:
        """Add a team; its first member is its admin."""
        self.rows.add(
            "teams", id=id, createat=self.begin, updateat=self.begin, deleteat=0, displayname=name.capitalize(),
            name=name, description="", email="ana@example.com", type=type, companyname="", alloweddomains="",
            inviteid=ident(f"invite {name}"), schemeid=scheme, allowopeninvite=type == "O", lastteamiconupdate=0,
            groupconstrained=False, cloudlimitsarchived=False,
        )  # fmt: skip
        for position, member in enumerate(members):
            is_guest = member == "gil"
            self.rows.add(
                "teammembers", teamid=id, userid=user_id(member), roles="", deleteat=0, schemeuser=not is_guest,
                schemeadmin=position == 0, schemeguest=is_guest, createat=self.begin,
            )  # fmt: skip

    def channel(self, name: str, members: tuple[str, ...], type: str = "O", **changes: Any) -> str:
        """Add a channel and its members, the first of them its admin; return its id."""
        id = channel_id(name)
        row = {
            "id": id, "createat": self.begin, "updateat": self.begin, "deleteat": 0, "teamid": TEAM, "type": type,
            "displayname": name.replace("-", " ").title(), "name": name, "header": "", "purpose": "",
            "lastpostat": self.begin, "totalmsgcount": 0, "extraupdateat": 0, "creatorid": user_id(members[0]),
            "schemeid": None, "groupconstrained": False, "shared": None, "totalmsgcountroot": 0, "lastrootpostat": 0,
            "bannerinfo": None, "defaultcategoryname": "", "autotranslation": False, **changes,
        }  # fmt: skip
        self.rows.add("channels", **row)
        if type == "O":
            self.rows.add("publicchannels", **row)
        for position, member in enumerate(members):
            self._member(id, member, is_admin=position == 0 and type in "OP")
        return id

    def _member(self, channel: str, name: str, *, is_admin: bool) -> None:
        self.rows.add(
            "channelmembers", channelid=channel, userid=user_id(name), roles="", lastviewedat=0, msgcount=0,
            mentioncount=0, notifyprops=CHANNEL_NOTIFY, lastupdateat=self.begin, schemeuser=name != "gil",
            schemeadmin=is_admin, schemeguest=name == "gil", mentioncountroot=0, msgcountroot=0,
            urgentmentioncount=0, autotranslation=False, autotranslationdisabled=False,
        )  # fmt: skip
        self.rows.add("channelmemberhistory", channelid=channel, userid=user_id(name), jointime=self.begin)

    def post(self, called: str, channel: str, author: str, message: str, root: str = "", **changes: Any) -> None:
        """Add a post, a minute after the one before."""
        self._moment += 60_000
        self.rows.add("posts", **{
            "id": post_id(called), "createat": self._moment, "updateat": self._moment, "editat": 0, "deleteat": 0,
            "userid": user_id(author), "channelid": channel, "rootid": post_id(root) if root else "",
            "originalid": "", "message": message, "type": "", "props": {"disable_group_highlight": True},
            "hashtags": "", "filenames": "[]", "fileids": "[]", "hasreactions": False, "ispinned": False,
            "remoteid": None, **changes,
        })  # fmt: skip
        if root:
            self._reply(self._moment, post_id(root), user_id(author), channel)

    def _reply(self, when: int, root: str, author: str, channel: str) -> None:
        found = [row for row in self.rows.tables.get("threads", []) if row["postid"] == root]
        row = found[0] if found else self.rows.add(
            "threads", postid=root, replycount=0, lastreplyat=0, participants=[], channelid=channel,
            threaddeleteat=None, threadteamid=TEAM,
        )  # fmt: skip
        row["replycount"] += 1
        row["lastreplyat"] = when
        row["participants"] = [*(name for name in row["participants"] if name != author), author]

    def edit(self, called: str, message: str) -> None:
        """Edit a post: what it said before is kept as a row of its own."""
        row = next(row for row in self.rows.tables["posts"] if row["id"] == post_id(called))
        self._moment += 60_000
        old = {"id": ident(f"before {called}"), "originalid": row["id"], "deleteat": self._moment}
        self.rows.add("posts", **{**row, **old, "updateat": self._moment})
        row.update(message=message, editat=self._moment, updateat=self._moment)

    def read_until(self, channel: str, name: str, called: str, mentions: int = 0) -> None:
        """Have somebody have read a channel up to a post, with mentions since then."""
        until = next(row for row in self.rows.tables["posts"] if row["id"] == post_id(called))["createat"]
        member = self._membership(channel, name)
        seen = [row for row in self._counted(channel) if row["createat"] <= until]
        member.update(
            lastviewedat=until, msgcount=len(seen), msgcountroot=sum(not row["rootid"] for row in seen),
            mentioncount=mentions, mentioncountroot=mentions,
        )  # fmt: skip

    def set_member(self, channel: str, name: str, **changes: Any) -> None:
        """Change columns of a membership."""
        self._membership(channel, name).update(changes)

    def _membership(self, channel: str, name: str) -> dict[str, Any]:
        return next(
            row
            for row in self.rows.tables["channelmembers"]
            if (row["channelid"], row["userid"]) == (channel, user_id(name))
        )

    def _counted(self, channel: str) -> list[dict[str, Any]]:
        return [
            row
            for row in self.rows.tables["posts"]
            if row["channelid"] == channel and not row["originalid"] and not row["type"].startswith(_SYSTEM)
        ]

    def finish(self) -> None:
        """Set the channels' counters to what was posted; whoever has read nothing else yet has read all."""
        for channel in self.rows.tables["channels"]:
            posts = self._counted(channel["id"])
            if posts:
                channel["lastpostat"] = posts[-1]["createat"]
                channel["lastrootpostat"] = max(row["createat"] for row in posts if not row["rootid"])
            channel["totalmsgcount"] = len(posts)
            channel["totalmsgcountroot"] = sum(not row["rootid"] for row in posts)
            for member in self.rows.tables["channelmembers"]:
                if member["channelid"] == channel["id"] and not member["lastviewedat"]:
                    member.update(
                        lastviewedat=channel["lastpostat"], msgcount=channel["totalmsgcount"],
                        msgcountroot=channel["totalmsgcountroot"],
                    )  # fmt: skip


def direct_name(one: str, other: str) -> str:
    """Return the name of the direct channel of two accounts."""
    return "__".join(sorted((user_id(one), user_id(other))))


def group_name(*names: str) -> str:
    """Return the name of the group channel of accounts."""
    return hashlib.sha1("".join(sorted(map(user_id, names))).encode()).hexdigest()
