"""Whatever three people do, every counter is what a recount from the posts gives.

What counts, and until when:

- A channel's unread posts are those that were posted since the member joined, read the channel or wrote in it; when it
  was marked unread from a post on, those from that one on which were live then. Deleting a post lowers nothing: it
  stays counted until the channel is read.
- A mention counts by the text that a post was written with; an edit neither mentions nor takes back.
- A thread's unread replies are live replies by others after the time until which the follower has read it; its unread
  mentions are those of them that name the follower. Deleting one lowers both.
- The first reply has the root's author and those whom the root names follow; answering and being named does so too;
  leaving the channel ends it.

HUBBUB_EXAMPLES=500 in the environment looks further, each time elsewhere.
"""

import os
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

PEOPLE: Final = ("alice", "bob", "carol")
EXAMPLES: Final = int(os.environ.get("HUBBUB_EXAMPLES", "0"))
person = st.sampled_from(PEOPLE)
named = st.sets(person, max_size=2)
number = st.integers(0, 1_000)


class Said:
    """A post as the recount knows it. `names` are those in its first text."""

    def __init__(self, made: dict[str, Any], author: str, names: set[str], root: "Said | None") -> None:
        self.id, self.create_at = made["id"], made["create_at"]
        self.author, self.names, self.root = author, names - {author}, root
        self.is_live = True


class Read:
    """What one member has not read of the channel."""

    def __init__(self) -> None:
        self.unread: set[Said] = set()
        self.mentions: set[Said] = set()

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Unread (posts, roots, mentions, mentions in roots)."""
        both = (self.unread, self.mentions)
        all_posts, all_mentions = (len(posts) for posts in both)
        roots, root_mentions = (sum(post.root is None for post in posts) for posts in both)
        return all_posts, roots, all_mentions, root_mentions


class Counters(RuleBasedStateMachine):
    """Three people in one channel of a running server. `talk`, `is_collapsed` and `names` are set by the test."""

    talk: Any
    is_collapsed: bool
    names: Iterator[int]

    @initialize(talks=st.lists(st.tuples(person, named), min_size=4, max_size=6))
    def open_channel(self, talks: list[tuple[str, set[str]]]) -> None:
        self.talk.server.sent.clear()
        self.clients = {name: getattr(self.talk, name) for name in PEOPLE}
        self.channel = self.talk.make_channel(f"c{next(self.names)}", self.talk.bob, self.talk.carol)
        self.posts: list[Said] = []
        self.members = {name: Read() for name in PEOPLE}
        self.following: dict[tuple[Said, str], bool] = {}
        self.shown: dict[tuple[Said, str], tuple[int, int]] = {}
        for who, names in talks:
            self.say(who, names, self.posts[0] if len(self.posts) > 1 else None)

    # --- what people can do ---

    def pick(self, choice: int, posts: list[Said]) -> Said:
        """Return one of the posts."""
        return posts[choice % len(posts)]

    @property
    def roots(self) -> list[Said]:
        return [post for post in self.posts if post.root is None and post.is_live]

    @property
    def live(self) -> list[Said]:
        return [post for post in self.posts if post.is_live]

    @property
    def replies(self) -> list[Said]:
        return [post for post in self.live if post.root is not None]

    def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Ask as somebody, with success."""
        answer = self.clients[who].request(method, path, body)
        assert answer.status < 300, (method, path, answer)
        return answer.json

    @rule(who=person, names=named)
    def post(self, who: str, names: set[str]) -> None:
        self.say(who, names, None)

    @precondition(lambda self: self.roots)
    @rule(who=person, names=named, choice=number)
    def reply(self, who: str, names: set[str], choice: int) -> None:
        self.say(who, names, self.pick(choice, self.roots))

    @precondition(lambda self: self.replies)
    @rule(who=person, names=named)
    def reply_again(self, who: str, names: set[str]) -> None:
        self.say(who, names, self.replies[-1].root)

    def say(self, who: str, names: set[str], root: Said | None) -> None:
        """Post, and note what that changes."""
        if who not in self.members:
            return
        text = "said " + " ".join(f"@{name}" for name in sorted(names))
        body = {"channel_id": self.channel, "message": text, "root_id": root.id if root else ""}
        said = Said(self.ask(who, "POST", "/posts", body), who, names, root)
        if root is not None:
            self.follow_by(said, root, is_first=not any(reply.root is root for reply in self.live))
        self.posts.append(said)
        self.members[who] = Read()
        for name, read in self.members.items():
            if name != who:
                read.unread.add(said)
                if name in said.names:
                    read.mentions.add(said)

    def follow_by(self, said: Said, root: Said, *, is_first: bool) -> None:
        """Note who follows by a reply."""
        for name in (said.author, *said.names):
            if name in self.members:
                self.following[root, name] = True
        for name in (root.author, *root.names) if is_first else ():
            if name in self.members:
                self.following.setdefault((root, name), True)

    @precondition(lambda self: self.live)
    @rule(names=named, choice=number)
    def edit(self, names: set[str], choice: int) -> None:
        post = self.pick(choice, self.live)
        if post.author in self.members:
            text = f"edited {choice} " + " ".join(f"@{name}" for name in sorted(names))
            self.ask(post.author, "PUT", f"/posts/{post.id}/patch", {"message": text})

    @precondition(lambda self: len(self.live) > 3)
    @rule(choice=number)
    def delete(self, choice: int) -> None:
        post = self.pick(choice, self.replies if self.replies and choice % 4 else self.live)
        self.ask("alice", "DELETE", f"/posts/{post.id}")
        for other in self.posts:
            if other is post or other.root is post:
                other.is_live = False

    @rule(who=person, supported=st.booleans())
    def read_channel(self, who: str, supported: bool) -> None:
        body = {"channel_id": self.channel, "collapsed_threads_supported": supported}
        self.ask(who, "POST", "/channels/members/me/view", body)
        if who in self.members:
            self.members[who] = Read()
            if not (supported and self.is_collapsed):
                for root in self.roots:
                    self.expect_read(root, who)

    @precondition(lambda self: self.replies)
    @rule(who=person, choice=number)
    def read_thread(self, who: str, choice: int) -> None:
        reply = self.pick(choice, self.replies)
        if self.following.get((reply.root, who)):
            self.ask(who, "PUT", f"{self.talk.path(reply.root.id)}/read/{reply.create_at}")
            if reply is [other for other in self.replies if other.root is reply.root][-1]:
                self.expect_read(reply.root, who)

    @rule(who=person)
    def read_all_threads(self, who: str) -> None:
        self.ask(who, "PUT", f"{self.talk.path()}/read")
        for root in self.roots:
            self.expect_read(root, who)

    @precondition(lambda self: self.replies)
    @rule(who=person, choice=number)
    def mark_thread_unread(self, who: str, choice: int) -> None:
        reply = self.pick(choice, self.replies)
        if who in self.members:
            self.ask(who, "POST", f"{self.talk.path(reply.root.id)}/set_unread/{reply.id}")
            self.following[reply.root, who] = True

    @precondition(lambda self: self.live)
    @rule(who=person, choice=number, supported=st.booleans())
    def mark_unread(self, who: str, choice: int, supported: bool) -> None:
        post = self.pick(choice, self.live)
        if who not in self.members:
            return
        body = {"collapsed_threads_supported": supported}
        self.ask(who, "POST", f"/users/me/posts/{post.id}/set_unread", body)
        if post.root is not None and supported and self.is_collapsed:
            self.following[post.root, who] = True
            return
        read = self.members[who] = Read()
        read.unread = {other for other in self.live if other.create_at >= post.create_at}
        read.mentions = {other for other in read.unread if who in other.names}

    @precondition(lambda self: self.roots)
    @rule(who=person, choice=number, state=st.booleans())
    def follow(self, who: str, choice: int, state: bool) -> None:
        root = self.pick(choice, self.roots)
        if who in self.members:
            self.ask(who, "PUT" if state else "DELETE", f"{self.talk.path(root.id)}/following")
            if state and not self.following.get((root, who)):
                self.expect_read(root, who)
            self.following[root, who] = state

    @precondition(lambda self: len(self.replies) > 2)
    @rule(who=st.sampled_from(PEOPLE[1:]))
    def leave_or_join(self, who: str) -> None:
        members = f"/channels/{self.channel}/members"
        if who in self.members:
            self.ask(who, "DELETE", f"{members}/{self.clients[who].id}")
            del self.members[who]
            for key in [key for key in self.following if key[1] == who]:
                del self.following[key]
        else:
            self.ask("alice", "POST", members, {"user_id": self.clients[who].id})
            self.members[who] = Read()

    # --- what must be true then ---

    def expect_read(self, root: Said, who: str) -> None:
        """Somebody who has just read a thread has nothing unread in it."""
        if self.following.get((root, who)) and any(reply.root is root for reply in self.replies):
            assert self.talk.unread(self.clients[who], {"id": root.id}) == (0, 0)

    @invariant()
    def channel_is_right(self) -> None:
        """Compare what is stored of the channel with what a recount gives."""
        if not hasattr(self, "members"):
            return
        rows = self.talk.server.app.db.fetch_all(
            "SELECT m.userid, c.totalmsgcount - m.msgcount, c.totalmsgcountroot - m.msgcountroot, m.mentioncount,"
            " m.mentioncountroot FROM {channelmembers} m JOIN {channels} c ON c.id = m.channelid WHERE c.id = ?",
            (self.channel,),
        )
        expected = {self.clients[name].id: read.counts for name, read in self.members.items()}
        assert {row[0]: tuple(row[1:]) for row in rows} == expected

    @invariant()
    def threads_are_right(self) -> None:
        """Compare what is stored of threads with what a recount gives."""
        if not hasattr(self, "members"):
            return
        rows = self.talk.server.app.db.fetch_all(
            "SELECT m.postid, m.userid, m.following, m.lastviewed, m.unreadmentions FROM {threadmemberships} m"
            " JOIN {posts} p ON p.id = m.postid WHERE p.channelid = ?",
            (self.channel,),
        )
        found = {(row[0], row[1]): bool(row[2]) for row in rows}
        keys = {(root.id, self.clients[name].id): key for key in self.following for root, name in [key]}
        assert found == {ids: self.following[key] for ids, key in keys.items()}
        for root_id, user_id, _following, last_viewed, mentions in rows:
            root, name = keys[root_id, user_id]
            unread = [
                post
                for post in self.replies
                if post.root is root and post.author != name and post.create_at > last_viewed
            ]
            if root.is_live:
                assert mentions == sum(name in post.names for post in unread)
            self.shown[root, name] = (len(unread), mentions)

    def teardown(self) -> None:
        """Look at what clients are shown: each thread counts its live replies and knows who wrote them."""
        if not hasattr(self, "members"):
            return
        for root in self.roots:
            replies = [post for post in self.replies if post.root is root]
            found = self.ask("alice", "GET", f"/posts/{root.id}/thread?collapsedThreads=true")["posts"][root.id]
            assert found["reply_count"] == len(replies)
            assert found["last_reply_at"] == max((reply.create_at for reply in replies), default=0)
            authors = {self.clients[reply.author].id for reply in replies}
            assert {user["id"] for user in found["participants"] or ()} == authors
            for name in self.members if replies else ():
                expected = self.shown[root, name] if self.following.get((root, name)) else None
                assert self.talk.unread(self.clients[name], {"id": root.id}) == expected


@pytest.mark.parametrize("mode", ["always_on", "disabled"])
def test_every_counter_is_what_a_recount_gives(make_talk: Any, mode: str) -> None:
    talk = make_talk(ServiceSettings={"CollapsedThreads": mode})

    class Machine(Counters):
        pass

    Machine.talk, Machine.is_collapsed, Machine.names = talk, mode != "disabled", count(1)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES or 12,
            stateful_step_count=40,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            # Each step asks a server: making a failing example smaller takes minutes, which only a search is worth.
            phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
