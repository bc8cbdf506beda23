"""Every hook is documented, called and shown by an example; every plugin's manifest and hooks make sense."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import pytest

from hubbub import hookspecs, plugins
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.loader import built_in
from hubbub.core.services import null_of
from hubbub.core.testing import RunningApp
from hubbub.tests.meta import hook_calls, tree

LATER: Final = frozenset(
    """
    generate_support_data register_web_assets
    implemented
    """.split()
)
"""Hooks whose feature is still to come. Take one out as soon as it is called; add none."""
ONLY_FOR_BUILT_IN: Final = frozenset(
    "register_member_roles register_auth_providers register_password_hashers register_license_features"
    " register_thread_service channel_stats".split()
)
"""Hooks that plugins of ours show better than a tiny example could."""

SPECS = hook_calls.specifications()
CALLED = hook_calls.called()
MANIFESTS = {plugin.id: plugin.manifest for plugin in built_in()}


# --- hookspecs ---


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_says_what_it_is_for_in_whole_sentences(name: str) -> None:
    text = ast.get_docstring(SPECS[name]) or ""
    assert len(text) >= 30
    assert text[0].isupper()
    assert text.endswith(".")


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_says_what_it_takes_and_returns(name: str) -> None:
    spec = SPECS[name]
    assert spec.returns is not None
    assert [argument.arg for argument in spec.args.args if argument.annotation is None] == []


def test_the_hooks_that_are_still_to_come_are_these_and_only_shrink() -> None:
    assert {name for name in SPECS if name not in CALLED} == LATER, "keep the list LATER of this file true"
    assert len(LATER) <= 5


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_says_so_while_it_is_not_called(name: str) -> None:
    text = ast.get_docstring(SPECS[name]) or ""
    assert ("Not called yet" in text) == (name in LATER)


def test_what_is_called_is_a_hook() -> None:
    calls = {name: files for name, files in CALLED.items() if re.fullmatch("[a-z]+(_[a-z]+)+", name)}
    strange = {name: files for name, files in calls.items() if name not in SPECS and name not in MANIFESTS}
    assert strange == {}


@pytest.mark.parametrize("name", sorted(set(SPECS) - LATER - ONLY_FOR_BUILT_IN))
def test_a_hook_is_shown_by_an_example(name: str) -> None:
    shown = {node.name for _, node in hook_calls.implementations("examples", "plugin-template")}
    assert name in shown, "add it to one of examples/, or write a tiny one"


@pytest.mark.parametrize("name", sorted(ONLY_FOR_BUILT_IN))
def test_a_hook_without_an_example_is_used_by_a_plugin_of_ours(name: str) -> None:
    assert name in {node.name for _, node in hook_calls.implementations("plugins")}


def test_implementations_are_hooks_and_take_no_argument_that_there_is_not() -> None:
    found = []
    for path, node in hook_calls.implementations("plugins", "examples", "plugin-template"):
        if node.name not in SPECS:
            found.append(f"{path}:{node.lineno} {node.name} is no hook")
            continue
        known = {argument.arg for argument in SPECS[node.name].args.args} | {"self"}
        wrong = [argument.arg for argument in node.args.args if argument.arg not in known]
        found += [f"{path}:{node.lineno} {node.name} has no argument {name}" for name in wrong]
    assert found == []


def test_the_markers_are_on_every_function_of_the_page() -> None:
    unmarked = [
        name
        for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
        if function.__module__ == hookspecs.__name__ and not hasattr(function, "hubbub_spec")
    ]
    assert unmarked == []


# --- manifests ---


@pytest.mark.parametrize("plugin_id", MANIFESTS)
def test_a_manifest_is_complete(plugin_id: str) -> None:
    manifest = MANIFESTS[plugin_id]
    assert isinstance(manifest, Manifest)
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest.version)
    assert manifest.name
    assert 10 <= len(manifest.summary) <= 120


def test_a_plugin_is_called_as_its_folder() -> None:
    assert sorted(MANIFESTS) == sorted(entry.name for entry in pkgutil.iter_modules(plugins.__path__))


@pytest.mark.parametrize("plugin_id", MANIFESTS)
def test_the_settings_of_a_plugin_have_defaults_and_help(plugin_id: str) -> None:
    section = MANIFESTS[plugin_id].config
    if section is None:
        return
    section()
    from hubbub.core.config.setting import split_annotation

    assert issubclass(section, msgspec.Struct)
    helpless = [field.name for field in msgspec.structs.fields(section) if not split_annotation(field.type)[1].help]
    assert helpless == []


def test_every_contract_has_at_most_one_provider_and_every_requirement_one() -> None:
    provided = [contract for manifest in MANIFESTS.values() for contract in manifest.provides]
    assert len(provided) == len(set(provided))
    required = {contract for manifest in MANIFESTS.values() for contract in manifest.requires}
    assert required <= set(provided)


def test_every_optional_contract_has_a_null_provider() -> None:
    for contract in {contract for manifest in MANIFESTS.values() for contract in manifest.optional}:
        null_of(contract)


# --- loading ---


@pytest.mark.parametrize("plugin_id", MANIFESTS)
def test_a_plugin_works_with_nothing_but_what_it_requires(plugin_id: str, make_app: Callable[..., RunningApp]) -> None:
    app = make_app({"PluginSettings": {"PluginStates": {plugin_id: {"Enable": True}}}}, only=[plugin_id])
    assert plugin_id in app.app.plugins.ids
    assert app.client().get("/system/ping").json["status"] == "OK"


def test_no_route_is_owned_twice_and_every_route_has_an_owner(make_app: Callable[..., RunningApp]) -> None:
    app = make_app()
    owners: dict[tuple[str, str], set[str]] = {}
    for route in app.app.router.routes:
        shape = re.sub(r"\{[^}]*\}", "{}", route.template)
        owners.setdefault((route.method, shape), set()).add(route.owner)
    assert {key: names for key, names in owners.items() if len(names) != 1} == {}
    assert {name for names in owners.values() for name in names} <= {"core", *MANIFESTS}


def modules_of(package: str) -> Iterator[Any]:
    """Import every module of a package but its migrations."""
    root = importlib.import_module(package)
    for entry in pkgutil.walk_packages(root.__path__, f"{package}."):
        if ".migrations" not in entry.name:
            yield importlib.import_module(entry.name)


@pytest.mark.parametrize("plugin_id", MANIFESTS)
def test_every_module_of_a_plugin_can_be_imported_and_says_what_it_is(plugin_id: str) -> None:
    for module in modules_of(f"hubbub.plugins.{plugin_id}"):
        assert module.__doc__, module.__name__


@pytest.mark.parametrize("plugin_id", MANIFESTS)
def test_a_manifest_is_light(plugin_id: str) -> None:
    heavy = {"peewee", "falcon", "gevent", "psycopg2", "pymysql"}
    path = tree.ROOT / "plugins" / plugin_id / "__init__.py"
    names = {name.split(".")[0] for _, name in tree.imports(path.relative_to(tree.ROOT))}
    assert not names & heavy, "the CLI lists plugins by their manifests: import that in plugin.py"
