"""Where plugins come from, and what is said of those that can't be loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from hubbub.core.loader import PluginError
from hubbub.tests.core.plugin_kit import Site, write_plugin


def refused(site: Site, plugin_id: str) -> PluginError:
    """Build a server that must not be built because of one plugin, and return why."""
    with pytest.raises(PluginError) as raised:
        site.build()
    assert raised.value.plugin_id == plugin_id
    assert raised.value.cause in str(raised.value)
    assert raised.value.remedy in str(raised.value)
    return raised.value


# --- where they come from ---


def test_a_file_in_the_folder_is_a_plugin(site: Site) -> None:
    site.plugin("greeter")
    assert site.build().app.plugins.ids == ["greeter"]


def test_a_package_in_the_folder_may_be_split_and_import_its_own_modules(site: Site) -> None:
    package = site.plugins / "greeter"
    write_plugin(package, "plugin", body="from .words import WORD", base="")
    (package / "words.py").write_text("WORD = 'hello'")
    (package / "__init__.py").write_text(
        "from hubbub.core.contracts.plugin import Manifest\nmanifest = Manifest(id='greeter', version='1.0')"
    )
    assert site.build().plugin("greeter").WORD == "hello"


def test_a_package_that_was_changed_is_read_anew_by_the_next_server(site: Site) -> None:
    test_a_package_in_the_folder_may_be_split_and_import_its_own_modules(site)
    (site.plugins / "greeter" / "words.py").write_text("WORD = 'good evening'")
    assert site.build().plugin("greeter").WORD == "good evening"


def test_without_a_setting_the_folder_is_in_the_data_folder(site: Site) -> None:
    app = site.build().app
    assert app.config.PluginSettings.Directory == ""
    assert app.config.plugin_directory == app.config.data_directory / "plugins"


def test_the_folder_can_be_elsewhere(site: Site, tmp_path: Path) -> None:
    write_plugin(tmp_path / "elsewhere", "greeter")
    assert site.build(Directory=str(tmp_path / "elsewhere")).app.plugins.ids == ["greeter"]


@pytest.mark.parametrize("name", [".hidden.py", "_private.py", "notes.txt", "folder_without_init"])
def test_what_is_no_plugin_is_left_alone(site: Site, name: str) -> None:
    path = site.plugins / name
    path.parent.mkdir(parents=True)
    if path.suffix:
        path.write_text("raise RuntimeError('read')")
    else:
        path.mkdir()
    assert site.build().app.plugins.ids == []


def test_a_folder_that_is_not_there_has_no_plugins(site: Site, tmp_path: Path) -> None:
    assert site.build(Directory=str(tmp_path / "nowhere")).app.plugins.ids == []


def test_the_folder_of_the_built_in_plugins_is_not_read_twice(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from hubbub import plugins

    assert site.build(Directory=plugins.__path__[0]).app.plugins.ids == []


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder into which pip has installed a package with a plugin."""
    project = tmp_path / "project"
    write_plugin(project, "greeter")
    (project / "pyproject.toml").write_text(
        "[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n"
        "[project]\nname = 'hubbub-greeter'\nversion = '1.0'\n"
        "[project.entry-points.'hubbub.plugins']\ngreeter = 'greeter'\n"
        "[tool.setuptools]\npy-modules = ['greeter']\n"
    )
    target = tmp_path / "target"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(target), str(project)], check=True, cwd=tmp_path)
    return target


def test_an_installed_package_is_a_plugin(site: Site, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(installed))
    app = site.build().app
    assert app.plugins.ids == ["greeter"]
    assert {s.source for s in app.plugins.statuses() if s.running} == {"entry point"}


def test_a_broken_installed_package_names_itself(site: Site, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (installed / "greeter.py").unlink()
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.delitem(sys.modules, "greeter", raising=False)
    assert "ModuleNotFoundError: No module named 'greeter'" in refused(site, "greeter").cause


# --- which are on ---


def test_one_that_is_turned_off_is_not_loaded(site: Site) -> None:
    site.plugin("greeter")
    assert site.build(PluginStates={"greeter": {"Enable": False}}).app.plugins.ids == []


def test_the_manifest_decides_when_the_configuration_does_not(site: Site) -> None:
    site.plugin("greeter", manifest="default_enabled=lambda config: config.LdapSettings.Enable")
    assert site.build().app.plugins.ids == []
    assert site.build(PluginStates={"greeter": {"Enable": True}}).app.plugins.ids == ["greeter"]


def test_strangers_can_be_kept_out_altogether_not_even_imported(site: Site) -> None:
    site.plugin("greeter", base="raise RuntimeError('imported')")
    app = site.build(Enable=False, PluginStates={"greeter": {"Enable": True}}).app
    assert "greeter" not in {status.manifest.id for status in app.plugins.statuses()}


def test_a_broken_one_that_is_turned_off_is_no_trouble(site: Site) -> None:
    site.plugin("greeter", base="import nothing_of_that_name")
    assert site.build(PluginStates={"greeter": {"Enable": False}}).app.plugins.ids == []


# --- what is wrong with them ---


def test_a_failing_import_is_named_with_the_remedy(site: Site) -> None:
    path = site.plugin("greeter", base="import nothing_of_that_name")
    error = refused(site, "greeter")
    assert str(path) in error.cause
    assert "ModuleNotFoundError: No module named 'nothing_of_that_name'" in error.cause
    assert 'PluginSettings.PluginStates["greeter"].Enable = false' in error.remedy
    assert "SkipBroken" in error.remedy


def test_a_mistake_in_the_syntax_is_named_with_its_line(site: Site) -> None:
    site.plugin("greeter", base="def broken(:")
    assert "SyntaxError: invalid syntax (greeter.py, line 8)" in refused(site, "greeter").cause


def test_a_plugin_that_ends_the_process_does_not(site: Site) -> None:
    site.plugin("greeter", base="raise SystemExit(3)")
    assert "SystemExit: 3" in refused(site, "greeter").cause


def test_a_module_without_a_manifest_says_so(site: Site) -> None:
    (site.plugins).mkdir(parents=True)
    (site.plugins / "greeter.py").write_text("class Plugin: ...")
    assert "it has no `manifest`" in refused(site, "greeter").cause


@pytest.mark.parametrize("plugin_id", ["", "two words", "core", "../up", "x" * 65, 7])
def test_an_id_that_is_none_says_so(site: Site, plugin_id: object) -> None:
    path = site.plugin("greeter")
    path.write_text(path.read_text().replace("id='greeter'", f"id={plugin_id!r}"))
    assert f"manifest.id is {plugin_id!r}" in refused(site, "greeter").cause


def test_a_reloadable_provider_is_refused(site: Site) -> None:
    base = "class Greetings(Protocol): ..."
    site.plugin("greeter", base=base, manifest="provides=(Greetings,), reloadable=True")
    assert "manifest.reloadable is true, but" in refused(site, "greeter").cause


def test_a_contract_named_by_a_string_is_refused(site: Site) -> None:
    site.plugin("greeter", manifest="requires=('UserService',)")
    assert "manifest names 'UserService'" in refused(site, "greeter").cause


def test_a_missing_class_is_named(site: Site) -> None:
    path = site.plugin("greeter")
    path.write_text(path.read_text().replace("class Plugin", "class Plug"))
    assert refused(site, "greeter").cause == f"{path} has no class Plugin"


def test_a_failing_default_is_named(site: Site) -> None:
    site.plugin("greeter", manifest="default_enabled=lambda config: config.NoSuchSettings.Enable")
    assert "default_enabled of" in refused(site, "greeter").cause


def test_two_with_one_id_are_both_named(site: Site) -> None:
    first = site.plugin("greeter")
    second = site.plugin("other")
    second.write_text(second.read_text().replace("id='other'", "id='greeter'"))
    error = refused(site, f"greeter ({second})")
    assert error.cause == f"{first} and {second} are both called 'greeter'"


def test_with_skip_broken_the_first_of_two_with_one_id_stays(site: Site) -> None:
    site.plugin("greeter")
    second = site.plugin("other")
    second.write_text(second.read_text().replace("id='other'", "id='greeter'"))
    assert site.build(SkipBroken=True).app.plugins.ids == ["greeter"]


CONTRACTS = """
import sys, types
shared = sys.modules.setdefault("greeter_contracts", types.ModuleType("greeter_contracts"))
for name in ("First", "Second"):
    if not hasattr(shared, name):
        setattr(shared, name, type(name, (), {"__module__": "greeter_contracts"}))
First, Second = shared.First, shared.Second
"""


def provide(name: str) -> str:
    """Return a class that provides a contract."""
    return f"def provide(self):\n    return {{{name}: self}}"


def test_what_nobody_provides_is_named(site: Site) -> None:
    site.plugin("greeter", base=CONTRACTS, manifest="requires=(First,)")
    error = refused(site, "greeter")
    assert error.cause == "it requires First, which no plugin that is on provides"
    assert 'turn off "greeter"' in error.remedy


def test_what_requires_comes_after_what_provides(site: Site) -> None:
    site.plugin(
        "a_user",
        base=CONTRACTS,
        manifest="requires=(First,)",
        body="def __init__(self, context):\n    self.first = context.service(First)",
    )
    site.plugin("z_maker", base=CONTRACTS, manifest="provides=(First,)", body=provide("First"))
    app = site.build()
    assert app.app.plugins.ids == ["z_maker", "a_user"]
    assert app.plugin("a_user").first is app.plugin("z_maker")


def test_a_circle_is_named_whole(site: Site) -> None:
    site.plugin("a", base=CONTRACTS, manifest="requires=(First,), provides=(Second,)", body=provide("Second"))
    site.plugin("b", base=CONTRACTS, manifest="requires=(Second,), provides=(First,)", body=provide("First"))
    assert refused(site, "a").cause == "it requires itself in a circle: a -> b -> a"


def test_two_providers_are_both_named(site: Site) -> None:
    for name in ("a", "b"):
        site.plugin(name, base=CONTRACTS, manifest="provides=(First,)", body=provide("First"))
    error = refused(site, "b")
    assert error.cause == "'a' provides First as well"
    assert 'PluginStates["a"].Enable = false' in error.remedy


def test_providing_something_else_than_said_is_refused(site: Site) -> None:
    site.plugin("a", base=CONTRACTS, manifest="provides=(First,)", body=provide("Second"))
    assert refused(site, "a").cause == "provide() must return exactly what the manifest says: First"


def test_an_undeclared_service_is_refused(site: Site) -> None:
    site.plugin("a", base=CONTRACTS, manifest="provides=(First,)", body=provide("First"))
    site.plugin("b", base=CONTRACTS, body="def __init__(self, context):\n    context.service(First)")
    cause = refused(site, "b").cause
    assert "plugin 'b' asks for First, which its manifest doesn't name: add it to `requires` or `optional`" in cause


def test_a_misspelt_hook_is_named_with_what_was_meant(site: Site) -> None:
    site.plugin("greeter", "@hookimpl\ndef message_will_be_postet(self, post): ...")
    cause = refused(site, "greeter").cause
    assert "message_will_be_postet" in cause
    assert "did you mean message_will_be_posted?" in cause


def test_a_wrong_argument_of_a_hook_is_named(site: Site) -> None:
    site.plugin("greeter", "@hookimpl\ndef message_will_be_posted(self, message): ...")
    cause = refused(site, "greeter").cause
    assert "message_will_be_posted" in cause
    assert "{'message'}" in cause


def test_an_asynchronous_hook_is_refused(site: Site) -> None:
    site.plugin("greeter", "@hookimpl\nasync def message_will_be_posted(self, post): ...")
    assert "message_will_be_posted is `async def`" in refused(site, "greeter").cause


def test_a_wrapper_is_refused(site: Site) -> None:
    site.plugin("greeter", "@hookimpl(wrapper=True)\ndef message_will_be_posted(self, post):\n    return (yield)")
    assert "message_will_be_posted can't be a wrapper" in refused(site, "greeter").cause


def test_a_route_of_another_plugin_is_refused_and_both_are_named(site: Site) -> None:
    for name in ("a", "b"):
        route = "@hookimpl\ndef register_routes(self, router):\n    router.get('/plugins/x/y', lambda req: {})"
        site.plugin(name, route)
    cause = refused(site, "b").cause
    assert "GET /plugins/x/y of plugin 'b' clashes with /plugins/x/y of plugin 'a'" in cause


def test_settings_of_a_wrong_type_stop_the_start_even_if_nobody_reads_them(site: Site) -> None:
    site.plugin("greeter", base="class Settings(msgspec.Struct):\n    Times: int = 1", manifest="config=Settings")
    with pytest.raises(PluginError, match=r"PluginSettings.Plugins.greeter.Times is 'often'"):
        site.build(Plugins={"greeter": {"Times": "often"}})
