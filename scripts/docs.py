#!/usr/bin/env python3
"""Write the reference pages that come from the code. Usage: .venv/bin/python scripts/docs.py [--check]

docs/plugins/hooks.md from hookspecs.py, docs/plugins/contracts.md from core/contracts, docs/admin/configuration.md from
the declarations of settings, docs/api.md from the routes of all built-in plugins. With --check nothing is written and
pages that would change are named (exit code 1).
"""

# ruff: noqa: E402  (patching comes first)
import sys

from hubbub.core.patching import patch

patch()

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from hubbub.core.config import SETTINGS
from hubbub.core.config.setting import SettingInfo, describe
from hubbub.core.loader import built_in
from hubbub.tests.meta.operations import LATER, Operation, listed, operations, routed, working

ROOT: Final = Path(__file__).resolve().parent.parent
MADE: Final = "<!-- Made by scripts/docs.py from {source}: change it there. -->\n"
_GROUP: Final = re.compile(r"^# --- (\w+): (.*?) -+$", re.MULTILINE)


def docstring(node: ast.AST) -> str:
    """Return a node's docstring, dedented."""
    return ast.get_docstring(node) or "" if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) else ""


# --- hooks ---


def hooks_page() -> str:
    """Return the page about every hook."""
    source = (ROOT / "hookspecs.py").read_text(encoding="utf-8")
    module = ast.parse(source)
    groups = [(source.count("\n", 0, found.start()) + 1, found[1], found[2]) for found in _GROUP.finditer(source)]
    examples = _examples()
    parts = ["# Hooks\n", MADE.format(source="hookspecs.py")]
    parts.append(
        "Everything a plugin can hook. An implementation is a method of the class `Plugin`, marked with\n"
        "`hubbub.hookspecs.hookimpl`; it takes only the arguments it uses, by their names. Types are those of\n"
        "[the contracts](contracts.md). How the four groups differ is told in [the guide](guide.md#four-ways).\n"
    )
    specs = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    for position, (line, name, title) in enumerate(groups):
        end = groups[position + 1][0] if position + 1 < len(groups) else sys.maxsize
        parts.append(f"\n## {name.capitalize()}: {title}\n")
        for spec in specs:
            if line < spec.lineno < end:
                parts += _hook(spec, examples.get(spec.name, []))
    return "\n".join(parts)


def _hook(spec: ast.FunctionDef, examples: list[str]) -> list[str]:
    returns = f" -> {ast.unparse(spec.returns)}" if spec.returns else ""
    parts = [f"\n### {spec.name}\n", f"```python\n{spec.name}({ast.unparse(spec.args)}){returns}\n```\n"]
    parts.append(docstring(spec) + "\n")
    if examples:
        links = ", ".join(f"[{path}](../../{path})" for path in examples)
        parts.append(f"Example: {links}\n")
    return parts


def _examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted([*(ROOT / "examples").rglob("*.py"), ROOT / "plugin-template" / "my_filter" / "plugin.py"]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any("hookimpl" in ast.unparse(m) for m in node.decorator_list):
                found.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())
    return found


# --- contracts ---


def contracts_page() -> str:
    """Return the page about every record, service and error."""
    parts = ["# Contracts\n", MADE.format(source="core/contracts")]
    parts.append(
        "What plugins share: records as they are on the wire, services that one plugin provides and others ask for\n"
        "with `context.service(Contract)`, and named errors. Import them from `hubbub.core.contracts.<module>`.\n"
    )
    for path in sorted((ROOT / "core" / "contracts").glob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        classes = [node for node in module.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        if path.stem in ("__init__", "permission_names") or not classes:
            continue
        parts.append(f"\n## {path.stem}\n\n{docstring(module)}\n")
        errors = [node for node in classes if _is_error(node)]
        for node in classes:
            if node not in errors and not node.name.startswith("Null"):
                parts += _contract(node)
        if errors:
            parts.append("\n### Errors\n")
            parts += [f"- `{node.name}`{_error_text(node)}" for node in errors]
    return "\n".join(parts) + "\n"


def _is_error(node: ast.ClassDef) -> bool:
    bases = {ast.unparse(base) for base in node.bases}
    return bool(bases) and not any("Struct" in base or "Protocol" in base or "Enum" in base for base in bases)


def _error_text(node: ast.ClassDef) -> str:
    given = {ast.unparse(i.targets[0]): i.value for i in node.body if isinstance(i, ast.Assign)}
    error_id, message = given.get("id"), given.get("message")
    shown = f" (`{ast.literal_eval(error_id)}`)" if isinstance(error_id, ast.Constant) else ""
    told = str(ast.literal_eval(message)) if isinstance(message, ast.Constant) else docstring(node).split("\n")[0]
    return f"{shown}: {told}" if told else shown


def _contract(node: ast.ClassDef) -> list[str]:
    parts = [f"\n### {node.name}\n", docstring(node) + "\n"]
    fields = [ast.unparse(item) for item in node.body if isinstance(item, ast.AnnAssign)]
    if fields:
        parts.append("```python\n" + "\n".join(fields) + "\n```\n")
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and not item.name.startswith("_"):
            parts.append(_method(item))
    return parts


def _method(item: ast.FunctionDef) -> str:
    is_property = any(ast.unparse(mark) == "property" for mark in item.decorator_list)
    arguments = re.sub(r"^self(, )?", "", ast.unparse(item.args))
    call = "" if is_property else f"({arguments})"
    returns = f" -> {ast.unparse(item.returns)}" if item.returns else ""
    text = re.sub(r"\s*\n\s*", " ", docstring(item))
    return f"- `{item.name}{call}{returns}`" + (f"  \n  {text}" if text else "")


# --- configuration ---


def configuration_page() -> str:
    """Return the page about the settings."""
    ours = [info for info in SETTINGS if info.setting.ours]
    explained = [info for info in SETTINGS if info.setting.help and not info.setting.ours]
    parts = ["# Configuration\n", MADE.format(source="core/config/sections and the plugins' config.py")]
    parts.append(
        "The server reads config.json (`$HUBBUB_CONFIG`, else config/config.json, else config.json), whose keys are\n"
        "those of Mattermost's. An environment variable beats the file. Keys that are not listed here are read, kept\n"
        "and shown as they are, so that an existing file loses nothing. `hubbub config check` names every mistake,\n"
        "`hubbub config show` prints what differs from the defaults. A setting marked *restart* is taken over at the\n"
        "next start, the others within seconds of saving the file.\n"
    )
    parts.append("## What only Hubbub has\n")
    for info in ours:
        parts += _setting(info)
    parts.append("\n## Settings of built-in plugins\n")
    parts.append('In `PluginSettings.Plugins["<id>"]`.\n')
    for plugin in built_in():
        if plugin.manifest.config is not None:
            parts.append(f"### {plugin.id}\n")
            parts += _table(describe(plugin.manifest.config))
    parts.append("\n## The others\n")
    sections: dict[str, list[SettingInfo]] = {}
    for info in explained:
        sections.setdefault(info.path[0], []).append(info)
    for name, infos in sections.items():
        parts.append(f"### {name}\n")
        parts += _table(infos)
    return "\n".join(parts).rstrip() + "\n"


def _setting(info: SettingInfo) -> list[str]:
    restart = " *restart*" if info.setting.restart else ""
    return [
        f"### {info.name}\n",
        f"{info.setting.help}.{restart}\n",
        f"- type: {_type(info)}",
        f"- default: `{_default(info)}`",
        f"- environment: `{info.variable}`\n",
    ]


def _table(infos: Iterator[SettingInfo] | list[SettingInfo]) -> list[str]:
    lines = ["| key | type | default | what it does |", "| --- | --- | --- | --- |"]
    for info in infos:
        restart = " *restart*" if info.setting.restart else ""
        key = info.path[-1] if len(info.path) <= 2 else ".".join(info.path[1:])
        lines.append(f"| {key} | {_type(info)} | `{_default(info)}` | {info.setting.help}.{restart} |")
    return [*lines, ""]


def _type(info: SettingInfo) -> str:
    if info.setting.choices:
        return " or ".join(f"`{choice}`" if choice else "empty" for choice in info.setting.choices)
    names = {bool: "true or false", int: "number", str: "text", float: "number"}
    bare = getattr(info.type, "__origin__", info.type)
    if bare in names:
        limits = [
            text for text, value in (("from", info.setting.minimum), ("to", info.setting.maximum)) if value is not None
        ]
        values = {"from": info.setting.minimum, "to": info.setting.maximum}
        return names[bare] + "".join(f" {limit} {values[limit]}" for limit in limits)
    return "list" if bare in (tuple, list) else "object"


def _default(info: SettingInfo) -> str:
    value = msgspec.to_builtins(info.default(existing=False))
    if info.setting.random:
        return "(random)"
    return json.dumps(value).replace("|", "\\|")


# --- operations ---


def api_page() -> str:
    """Return the page about every operation of the API."""
    routes = routed()
    works = working(routes)
    described = sum(not operation.undocumented for operation in works)
    total = sum(not operation.undocumented for operation in operations().values())
    later = sum(found[0][0] == LATER for found in listed().values())
    parts = ["# Operations of the API\n", MADE.format(source="the plugins' routes and tests/meta/data")]
    parts.append(
        f"**{described} of {total} operations work**: so many of those in the published description of the Mattermost\n"
        f"API v4 (server 11.6), and {len(works) - described} more that clients use though the description leaves them"
        f" out.\nOf the others {later} come later and {len(listed()) - later} are not ours; each says why.\n"
    )
    tags: dict[str, list[Operation]] = {}
    for operation in operations().values():
        tags.setdefault(operation.tag, []).append(operation)
    for tag in sorted(tags, key=str.lower):
        done = sum(operation in works for operation in tags[tag])
        title = f"## {tag[0].upper()}{tag[1:]}: {done} of {len(tags[tag])}"
        parts += [f"{title}\n", "| operation | state |", "| --- | --- |"]
        for operation in tags[tag]:
            state = f"**works** ({routes[operation.key]})" if operation in works else _missing(operation)
            parts.append(f"| `{operation.method} {operation.path.removeprefix('/api/v4')}` | {state} |")
        parts.append("")
    return "\n".join(parts)


def _missing(operation: Operation) -> str:
    state, why = listed()[operation.id][0]
    return f"{state}: {why}"


PAGES: Final[dict[str, Callable[[], str]]] = {
    "docs/plugins/hooks.md": hooks_page,
    "docs/plugins/contracts.md": contracts_page,
    "docs/admin/configuration.md": configuration_page,
    "docs/api.md": api_page,
}


def main(arguments: list[str]) -> int:
    """Write or check the pages."""
    stale = []
    for name, make in PAGES.items():
        path, text = ROOT / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"hubbub: wrote {name}", file=sys.stderr)
    if stale and "--check" in arguments:
        print(
            f"hubbub: {', '.join(stale)} differ from the code -> run .venv/bin/python scripts/docs.py", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
