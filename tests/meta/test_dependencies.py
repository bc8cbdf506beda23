"""What is shipped runs with the declared dependencies alone, not by what the test tools happen to bring."""

import importlib.metadata
import subprocess
import sys
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hubbub.tests.meta import tree

# Imports each module given on standard input while the packages named as arguments cannot be found.
IMPORT_ALL = """
import importlib, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
absent = set(sys.argv[1:])
from gevent import monkey; monkey.patch_all()
sys.meta_path.insert(0, Absent())
failed = []
for module in sys.stdin.read().split():
    try:
        importlib.import_module(module)
    except ImportError as error:
        failed.append(f"{module}: {error}")
print("\\n".join(failed))
"""
LOADED_BY_PYTEST = {
    "hubbub.core.testing.pytest_plugin",
    "hubbub.core.testing.search_suite",
    "hubbub.core.testing.suites",
}


def with_what_they_require(requirements: list[str]) -> set[str]:
    """Return the names of the distributions that pip installs for some requirements."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        found.add(name)
        for extra in {"", *requirement.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            for text in importlib.metadata.requires(name) or []:
                needed = Requirement(text)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    waiting.append(needed)
    return found


def modules() -> list[str]:
    """Return the full names of the modules that are shipped."""
    shipped = [
        path for path in tree.files(".py") if path.parts[0] in ("core", "plugins") or path.name == "hookspecs.py"
    ]
    names = {".".join(("hubbub", *path.with_suffix("").parts)).removesuffix(".__init__") for path in shipped}
    assert names >= LOADED_BY_PYTEST
    return sorted(names - LOADED_BY_PYTEST)


def test_every_module_can_be_imported_with_the_declared_dependencies_alone() -> None:
    declared = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    present = with_what_they_require(declared)
    owners = importlib.metadata.packages_distributions()
    absent = {
        name
        for name, distributions in owners.items()
        if name != "hubbub" and not present & {canonicalize_name(distribution) for distribution in distributions}
    }
    assert {"pytest", "mypy"} & absent, "nothing was taken away: this test would see nothing"
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *absent], input="\n".join(modules()), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "", f"declare what these need in pyproject.toml:\n{done.stdout}"
