"""The four ways to call plugins."""

from typing import Any

import pytest

from hubbub import hookspecs
from hubbub.core.contracts.errors import AppError, BadRequest, Rejected
from hubbub.core.contracts.posts import Post
from hubbub.core.hooks import HookError, Hooks
from hubbub.hookspecs import hookimpl


@pytest.fixture
def hooks() -> Hooks:
    return Hooks(hookspecs)


class Adds:
    """Adds a letter to each message."""

    def __init__(self, letter: str) -> None:
        self.letter = letter

    @hookimpl
    def message_will_be_posted(self, post: Post) -> Post:
        post.message += self.letter
        return post


def posted(hooks: Hooks, message: str = "") -> str:
    """Consult on a post and return what its message has become."""
    return str(hooks.consult("message_will_be_posted", Post(message=message)).message)


# --- consult ---


def test_drafts_are_passed_on_first_registered_first(hooks: Hooks) -> None:
    for letter in "abc":
        hooks.register(Adds(letter), letter)
    assert posted(hooks) == "abc"


def test_one_may_ask_to_be_first_or_last(hooks: Hooks) -> None:
    class First:
        @hookimpl(tryfirst=True)
        def message_will_be_posted(self, post: Post) -> None:
            post.message += "1"

    class Last:
        @hookimpl(trylast=True)
        def message_will_be_posted(self, post: Post) -> None:
            post.message += "9"

    hooks.register(Last(), "last")
    hooks.register(Adds("a"), "a")
    hooks.register(First(), "first")
    assert posted(hooks) == "1a9"
    assert hooks.implementers("message_will_be_posted") == ["first", "a", "last"]


def test_none_leaves_the_draft_as_it_is(hooks: Hooks) -> None:
    class Looks:
        @hookimpl
        def message_will_be_posted(self, post: Post) -> None:
            return None

    hooks.register(Looks(), "looks")
    hooks.register(Adds("a"), "a")
    assert posted(hooks, "x") == "xa"


def test_a_new_draft_goes_to_the_next(hooks: Hooks) -> None:
    class Replaces:
        @hookimpl
        def message_will_be_posted(self, post: Post) -> Post:
            return Post(message="new")

    hooks.register(Replaces(), "replaces")
    hooks.register(Adds("!"), "adds")
    assert posted(hooks, "old") == "new!"


def test_a_refusal_stops_the_rest_and_reaches_the_caller(hooks: Hooks) -> None:
    class Refuses:
        @hookimpl
        def message_will_be_posted(self, post: Post) -> None:
            raise Rejected("no shouting")

    last = Adds("z")
    hooks.register(Refuses(), "refuses")
    hooks.register(last, "last")
    draft = Post(message="A")
    with pytest.raises(Rejected, match="no shouting"):
        hooks.consult("message_will_be_posted", draft)
    assert draft.message == "A"


def test_a_named_error_of_a_plugin_is_the_answer(hooks: Hooks) -> None:
    class Refuses:
        @hookimpl
        def message_will_be_posted(self, post: Post) -> None:
            raise BadRequest("Too long.")

    hooks.register(Refuses(), "refuses")
    with pytest.raises(BadRequest, match="Too long"):
        posted(hooks)


def test_a_failing_filter_stops_the_change_and_is_named(hooks: Hooks, caplog: pytest.LogCaptureFixture) -> None:
    class Fails:
        @hookimpl
        def message_will_be_posted(self, post: Post) -> None:
            raise ZeroDivisionError

    hooks.register(Fails(), "sums")
    with pytest.raises(AppError, match="The plugin sums failed; nothing was changed") as raised:
        posted(hooks)
    assert raised.value.status == 500
    assert "plugin sums failed in message_will_be_posted" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_an_answer_of_another_kind_stops_the_change_and_is_named(
    hooks: Hooks, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong:
        @hookimpl
        def message_will_be_posted(self, post: Post) -> Any:
            return post.message

    hooks.register(Wrong(), "wrong")
    with pytest.raises(AppError, match="The plugin wrong failed"):
        posted(hooks)
    assert "plugin wrong returned str from message_will_be_posted" in caplog.text


def test_an_implementation_takes_only_what_it_names(hooks: Hooks) -> None:
    class Takes:
        @hookimpl
        def message_will_be_updated(self, old_post: Post, new_post: Post) -> None:
            new_post.message += old_post.message

    class TakesOne:
        @hookimpl
        def message_will_be_updated(self, new_post: Post) -> None:
            new_post.message += "!"

    hooks.register(Takes(), "both")
    hooks.register(TakesOne(), "one")
    changed = hooks.consult("message_will_be_updated", Post(message="n"), old_post=Post(message="o"))
    assert changed.message == "no!"


# --- tell ---


class Listens:
    """Writes down what it is told."""

    def __init__(self, fail: bool = False) -> None:
        self.heard: list[Post] = []
        self.fail = fail

    @hookimpl
    def message_has_been_posted(self, post: Post) -> None:
        self.heard.append(post)
        if self.fail:
            raise ValueError("broken listener")


def test_a_failing_listener_is_logged_by_name_and_stops_nobody(hooks: Hooks, caplog: pytest.LogCaptureFixture) -> None:
    before, broken, after = Listens(), Listens(fail=True), Listens()
    for name, plugin in (("before", before), ("broken", broken), ("after", after)):
        hooks.register(plugin, name)
    hooks.tell("message_has_been_posted", post=Post())
    assert len(before.heard) == len(broken.heard) == len(after.heard) == 1
    assert "plugin broken failed in message_has_been_posted" in caplog.text
    assert "broken listener" in caplog.text


def test_telling_later_waits_for_whoever_runs_it(hooks: Hooks) -> None:
    waiting: list[Any] = []
    hooks.defer_with(lambda run, *args: waiting.append(lambda: run(*args)))
    plugin = Listens()
    hooks.register(plugin, "listens")
    hooks.tell_later("message_has_been_posted", post=Post())
    assert plugin.heard == []
    for run in waiting:
        run()
    assert len(plugin.heard) == 1


def test_telling_later_costs_nothing_when_nobody_listens(hooks: Hooks) -> None:
    waiting: list[Any] = []
    hooks.defer_with(lambda run, *args: waiting.append(run))
    hooks.tell_later("message_has_been_posted", post=Post())
    assert waiting == []


def test_one_plugin_is_told_alone_and_its_failure_is_raised(hooks: Hooks) -> None:
    calm, broken = Listens(), Listens(fail=True)
    hooks.register(calm, "calm")
    hooks.register(broken, "broken")
    with pytest.raises(ValueError, match="broken listener"):
        hooks.tell_plugin("broken", "message_has_been_posted", post=Post())
    assert calm.heard == []


# --- ask ---


class Answers:
    """Answers a question about metrics."""

    def __init__(self, answer: str | Exception | None) -> None:
        self.answer = answer

    @hookimpl
    def serve_metrics(self) -> str | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_all_answers_but_none_come_back_in_order(hooks: Hooks) -> None:
    for name, answer in (("a", "1"), ("b", None), ("c", "3")):
        hooks.register(Answers(answer), name)
    assert hooks.ask_all("serve_metrics") == ["1", "3"]


def test_a_failing_answer_is_left_out_and_logged(hooks: Hooks, caplog: pytest.LogCaptureFixture) -> None:
    hooks.register(Answers(ValueError("no")), "broken")
    hooks.register(Answers("2"), "fine")
    assert hooks.ask_all("serve_metrics") == ["2"]
    assert "plugin broken failed in serve_metrics" in caplog.text


def test_the_first_answer_counts(hooks: Hooks) -> None:
    for name, answer in (("a", None), ("b", "2"), ("c", "3")):
        hooks.register(Answers(answer), name)
    assert hooks.ask_first("serve_metrics") == "2"


def test_without_an_answer_there_is_none(hooks: Hooks) -> None:
    assert hooks.ask_first("serve_metrics") is None
    assert hooks.ask_all("serve_metrics") == []


# --- contribute ---


def test_one_plugin_contributes_alone(hooks: Hooks) -> None:
    hooks.register(Answers("1"), "one")
    hooks.register(Answers("2"), "two")
    assert hooks.contribute("serve_metrics", "two") == "2"
    assert hooks.contribute("serve_metrics", "nobody") is None


def test_a_failing_contribution_is_raised(hooks: Hooks) -> None:
    hooks.register(Answers(ValueError("clash")), "one")
    with pytest.raises(ValueError, match="clash"):
        hooks.contribute("serve_metrics", "one")


# --- registration ---


def test_an_unknown_hook_leaves_nothing_behind(hooks: Hooks) -> None:
    class Misspelt(Listens):
        @hookimpl
        def mesage_will_be_posted(self, post: Post) -> None: ...

    plugin = Misspelt()
    with pytest.raises(HookError, match=r"plugin 'typo': .*mesage_will_be_posted.*did you mean message_will_be_posted"):
        hooks.register(plugin, "typo")
    hooks.tell("message_has_been_posted", post=Post())
    assert plugin.heard == []
    hooks.register(Listens(), "typo")


def test_a_name_is_taken_once(hooks: Hooks) -> None:
    hooks.register(Listens(), "one")
    with pytest.raises(HookError, match="plugin 'one'"):
        hooks.register(Listens(), "one")


def test_what_is_unregistered_is_no_longer_called(hooks: Hooks) -> None:
    plugin = Listens()
    hooks.register(plugin, "one")
    assert hooks.has("message_has_been_posted")
    hooks.unregister("one")
    hooks.tell("message_has_been_posted", post=Post())
    assert plugin.heard == []
    assert not hooks.has("message_has_been_posted")


def test_unregistering_somebody_unknown_is_harmless(hooks: Hooks) -> None:
    hooks.unregister("nobody")


def test_asking_for_a_hook_that_does_not_exist_is_a_mistake(hooks: Hooks) -> None:
    with pytest.raises(KeyError, match="no_such_hook"):
        hooks.tell("no_such_hook")
