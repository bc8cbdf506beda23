"""Checks of one value against its own declaration."""

from typing import Any

from hubbub.core.config.problems import Problem, Severity
from hubbub.core.config.rules.formats import error_id
from hubbub.core.config.setting import SettingInfo


def check_bounds(info: SettingInfo, value: Any) -> list[Problem]:
    """Return what is wrong with one value by its own declaration."""
    message, remedy = _out_of_bounds(info, value)
    if not message:
        return []
    # A value that existing servers never checked must not keep an existing config.json from working.
    severity: Severity = "error" if info.setting.error else "warning"
    shown = None if info.setting.secret else value
    return [Problem(info.name, shown, message, remedy, severity, error_id(info.setting.error))]


def _out_of_bounds(info: SettingInfo, value: Any) -> tuple[str, str]:
    setting = info.setting
    if setting.choices and value not in setting.choices:
        return "Not one of the possible values.", f"Use one of: {', '.join(map(repr, setting.choices))}."
    if setting.max_length is not None and len(value) > setting.max_length:
        return f"Longer than {setting.max_length} characters.", "Shorten it."
    if not isinstance(value, int) or value in setting.also:
        return "", ""
    if setting.minimum is not None and value < setting.minimum:
        return "Too small.", f"Use {setting.minimum} or more."
    if setting.maximum is not None and value > setting.maximum:
        return "Too large.", f"Use {setting.maximum} or less."
    return "", ""
