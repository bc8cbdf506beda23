"""`hubbub plugin new`: a plugin to begin with, that installs, is tested and works as it is."""

import keyword
import re
import sys
from pathlib import Path
from typing import Final

import click

from hubbub.core.cli_errors import CommandFailed

_TEMPLATE_NAME: Final = "my_filter"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}").fullmatch
_SKIP: Final = frozenset({"__pycache__", ".pytest_cache"})


@click.command("new")
@click.argument("name")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to put it (default: a folder called NAME here).",
)
def command(name: str, directory: Path | None) -> None:
    """Write a new plugin NAME: a message filter with settings, tests and a README, to make your own."""
    name = checked_name(name)
    target = directory or Path(name)
    written = generate(name, target)
    click.echo(f"{target}/ is a plugin of {len(written)} files. What now:")
    click.echo(f"  pip install -e {target}     in the environment of the server; then start it again")
    click.echo(f"  pytest {target}             tests it against a server of its own")


def checked_name(name: str) -> str:
    """Return the name as Python's packages are called. Raises `CommandFailed` for one that can't be used."""
    from hubbub.core.loader import built_in

    name = name.replace("-", "_")
    if _NAME(name) is None:
        raise CommandFailed(f"{name!r} can't be a plugin's name: write lower-case letters, digits and _, as my_filter")
    if keyword.iskeyword(name) or name in sys.stdlib_module_names or name in ("hubbub", "tests"):
        raise CommandFailed(f"{name!r} means something else to Python; choose another name, like {name}_plugin")
    if name in {plugin.id for plugin in built_in()}:
        raise CommandFailed(f"there is a built-in plugin {name!r}; choose another name")
    return name


def generate(name: str, target: Path) -> list[Path]:
    """Write the plugin into `target`, which must not hold anything yet, and return the files."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CommandFailed(f"{target} is there already; nothing was written. Choose another --directory.")
    template = template_folder()
    title = name.replace("_", " ").capitalize()
    written = []
    for source in sorted(template.rglob("*")):
        relative = source.relative_to(template)
        if not source.is_file() or _SKIP & set(relative.parts) or relative == Path("__init__.py"):
            continue
        path = target / str(relative).replace(_TEMPLATE_NAME, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8").replace(_TEMPLATE_NAME, name)
        text = text.replace(_TEMPLATE_NAME.replace("_", "-"), name.replace("_", "-"))
        path.write_text(text.replace(_TEMPLATE_NAME.replace("_", " ").capitalize(), title), encoding="utf-8")
        written.append(path)
    return written


def template_folder() -> Path:
    """Return the folder of the template: beside core in a checkout, in the package when installed."""
    root = Path(__file__).resolve().parent.parent
    for name in ("plugin-template", "plugin_template"):
        if (root / name / "pyproject.toml").is_file():
            return root / name
    raise CommandFailed(f"{root} holds no plugin-template; install Hubbub again")
