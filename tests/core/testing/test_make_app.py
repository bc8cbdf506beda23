"""A server in the process of the tests."""

import pkgutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from hubbub import plugins
from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.loader import PluginError
from hubbub.core.testing import PASSWORD, RunningApp, UnexpectedAnswer
from hubbub.hookspecs import hookimpl

Make = Callable[..., RunningApp]
CHAT = ("posts", "sessions")


class Whisper:
    """Lowers the voice of every message."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.heard: list[str] = []

    @hookimpl
    def message_will_be_posted(self, post: Post) -> Post:
        if "SECRET" in post.message:
            raise Rejected("Not that word.")
        post.message = post.message.lower()
        return post

    @hookimpl
    def message_has_been_posted(self, post: Post) -> None:
        self.heard.append(post.message)


def test_a_plugin_class_is_loaded_under_a_name_made_of_its_own(make_app: Make) -> None:
    app = make_app(plugins=[Whisper], only=CHAT)
    assert "whisper" in app.app.plugins.ids


def test_a_message_goes_through_the_plugin(make_app: Make) -> None:
    app = make_app(plugins=[Whisper], only=CHAT)
    alice = app.create_user("alice")
    channel = app.create_channel("town", owner=alice)
    assert alice.create_post(channel, "HELLO")["message"] == "hello"
    assert alice.get(f"/channels/{channel['id']}/posts").json["order"]


def test_background_work_is_done_once_settled(make_app: Make) -> None:
    app = make_app(plugins=[Whisper], only=CHAT)
    app.create_post("HELLO", author=app.create_user())
    app.settle()
    assert "hello" in app.plugin("whisper").heard


def test_a_refusal_is_raised_with_the_body_of_the_answer(make_app: Make) -> None:
    app = make_app(plugins=[Whisper], only=CHAT)
    with pytest.raises(UnexpectedAnswer, match=r"POST /api/v4/posts was answered with 400: .*Not that word"):
        app.create_post("SECRET", author=app.create_user())


def test_an_expected_refusal_is_returned(make_app: Make) -> None:
    app = make_app(plugins=[Whisper], only=CHAT)
    alice = app.create_user()
    channel = app.create_channel(owner=alice)
    answer = alice.post("/posts", {"channel_id": channel["id"], "message": "SECRET"}, expect=400)
    assert answer.json["message"] == "Not that word."


def test_a_success_that_should_have_been_a_refusal_is_raised_too(make_app: Make) -> None:
    app = make_app(only=["sessions"])
    with pytest.raises(UnexpectedAnswer, match="answered with 200"):
        app.client().get("/system/ping", expect=403)


def test_only_what_is_named_and_what_that_requires_is_loaded(make_app: Make) -> None:
    assert set(make_app(only=["sessions"]).app.plugins.ids) == {"auth_password", "roles", "sessions", "users"}


def test_with_nothing_named_all_built_in_plugins_are_there(make_app: Make) -> None:
    found = {entry.name for entry in pkgutil.iter_modules(plugins.__path__)}
    app = make_app()
    assert {status.manifest.id for status in app.app.plugins.statuses()} == found


def test_an_unknown_name_says_which_there_are(make_app: Make) -> None:
    with pytest.raises(ValueError, match=r"no built-in plugin chat; there are .*posts"):
        make_app(only=["chat"])


def test_a_module_is_loaded_by_its_manifest(make_app: Make) -> None:
    module = ModuleType("shout")
    vars(module).update(manifest=Manifest(id="com.example.shout", version="2.0"), Plugin=Whisper)
    assert make_app(plugins=[module], only=()).app.plugins.ids == ["com.example.shout"]


def test_settings_reach_the_plugin(make_app: Make) -> None:
    class Settings(msgspec.Struct):
        Word: str = "please"

    class Polite:
        manifest = Manifest(id="polite", version="1", config=Settings)

        def __init__(self, context: PluginContext) -> None:
            self.word = context.settings.Word

    assert (
        make_app(plugins=[Polite], only=(), settings={"polite": {"Word": "thanks"}}).plugin("polite").word == "thanks"
    )
    assert make_app(plugins=[Polite], only=()).plugin("polite").word == "please"


def test_data_in_a_folder_of_ones_own_is_there_the_next_time(make_app: Make, tmp_path: Path) -> None:
    with make_app(only=["sessions"], data_directory=tmp_path) as app:
        app.create_user("alice")
    again = make_app(only=["sessions"], data_directory=tmp_path)
    assert again.client().login("alice", "Correct-horse-9").json["username"] == "alice"


def test_temporary_data_is_gone_afterwards(make_app: Make) -> None:
    with make_app(only=()) as app:
        folder = app.app.config.data_directory
        assert (folder / "config.json").exists()
    assert not folder.exists()


def test_a_failing_start_leaves_no_folder(make_app: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __init__(self, context: PluginContext) -> None:
            raise RuntimeError("no")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(PluginError, match="plugin 'broken' can't be loaded: RuntimeError: no"):
        make_app(plugins=[Broken], only=())
    assert list(tmp_path.iterdir()) == []


def test_settings_of_the_environment_do_not_leak_in(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MM_TEAMSETTINGS_SITENAME", "Elsewhere")
    assert make_app(only=()).app.config.TeamSettings.SiteName != "Elsewhere"


def test_a_client_can_sign_in_as_a_web_page_does(make_app: Make) -> None:
    app = make_app(only=["sessions"])
    app.create_user("alice")
    page = app.client()
    page.login("alice", PASSWORD, browser=True)
    assert {"MMAUTHTOKEN", "MMCSRF"} <= set(page.cookies)
    assert page.put("/users/me/patch", {"nickname": "Al"}).json["nickname"] == "Al"


def test_a_web_page_without_the_csrf_token_is_refused(make_app: Make) -> None:
    app = make_app(only=["sessions"], config={"ServiceSettings": {"ExperimentalStrictCSRFEnforcement": True}})
    app.create_user("alice")
    page = app.client()
    page.login("alice", PASSWORD, browser=True)
    del page.cookies["MMCSRF"]
    page.put("/users/me/patch", {"nickname": "Al"}, expect=401)


def test_published_events_are_kept(make_app: Make) -> None:
    app = make_app(only=CHAT)
    app.create_post("hello", author=app.create_user())
    assert app.events("posted")


def test_two_servers_in_one_process_know_nothing_of_each_other(make_app: Make) -> None:
    first, second = make_app(plugins=[Whisper], only=["sessions"]), make_app(plugins=[Whisper], only=["sessions"])
    first.create_user("alice")
    assert first.plugin("whisper") is not second.plugin("whisper")
    second.client().post("/users/login", {"login_id": "alice", "password": "Correct-horse-9"}, expect=401)


def test_the_kit_says_when_it_comes_too_late(tmp_path: Path) -> None:
    script = "import peewee\nimport hubbub.core.testing"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert "PatchedTooLate: peewee" in done.stderr
