"""The walls between the parts stand; import-linter checks the same with chains of imports, this says it faster."""

import ast
from pathlib import Path

from hubbub.tests.meta import tree

OWN_TOP_LEVEL = ("core", "plugins", "config", "hookspecs", "wsgi", "tests")
PYTHON = tree.files(".py")


def complaints(found: list[str], remedy: str) -> None:
    """Fail with one line per finding and what to do."""
    assert not found, "\n".join([*found, f"remedy: {remedy}"])


def under(folder: str) -> list[Path]:
    """Return the Python files of a folder."""
    return [path for path in PYTHON if path.is_relative_to(folder)]


def test_no_plugin_imports_another() -> None:
    found = []
    for path in under("plugins"):
        if len(path.parts) < 3:
            continue
        own = f"hubbub.plugins.{path.parts[1]}"
        for line, name in tree.imports(path):
            if name.startswith("hubbub.plugins.") and not f"{name}.".startswith(f"{own}."):
                found.append(f"{path}:{line} imports {name}")
    complaints(found, "ask through a contract: context.service(Contract), or answer a hook of hookspecs.py")


def test_core_imports_no_plugin() -> None:
    found = [
        f"{path}:{line} imports {name}"
        for path in under("core")
        for line, name in tree.imports(path)
        if f"{name}.".startswith("hubbub.plugins.")
    ]
    complaints(found, "core knows contracts (core/contracts); the loader finds plugins by walking the folder")


def test_contracts_import_no_framework() -> None:
    frameworks = {"falcon", "peewee", "playhouse", "gevent", "gunicorn", "psycopg2", "pymysql"}
    found = [
        f"{path}:{line} imports {name}"
        for path in under("core/contracts")
        for line, name in tree.imports(path)
        if name.split(".")[0] in frameworks
    ]
    complaints(found, "contracts are records, Protocols and errors only")


def test_the_package_is_always_imported_as_hubbub() -> None:
    found = [
        f"{path}:{line} imports {name}"
        for path in PYTHON
        if not path.is_relative_to("plugin-template")
        for line, name in tree.imports(path)
        if name.split(".")[0] in OWN_TOP_LEVEL
    ]
    complaints(found, "write hubbub.core, hubbub.plugins, …: a bare import makes a second copy of the module")


def test_nothing_shipped_imports_the_tests() -> None:
    found = [
        f"{path}:{line} imports {name}"
        for path in PYTHON
        if path.parts[0] not in ("tests", "bench", "scripts")
        for line, name in tree.imports(path)
        if f"{name}.".startswith("hubbub.tests.")
    ]
    complaints(found, "what plugin authors need for tests belongs in core/testing.py")


def test_every_package_folder_has_an_init_file() -> None:
    folders = {path.parent for path in under("core") + under("plugins") + under("config")}
    found = [f"{folder}/ has no __init__.py" for folder in sorted(folders) if folder / "__init__.py" not in PYTHON]
    complaints(found, "add one, or the folder is missing from the wheel")


def test_tests_have_no_init_files() -> None:
    found = [str(path) for path in under("tests") if path.name == "__init__.py"]
    complaints(found, "delete it: tests are imported by path (--import-mode=importlib)")


def test_modules_are_imported_by_their_full_name() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in PYTHON
        # A package in the plugin folder has no full name that its author could write.
        if path.parts[0] not in ("plugin-template", "examples")
        for node in ast.walk(ast.parse(tree.text(path)))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    complaints(found, "write hubbub.…: a reader greps for the full name")
