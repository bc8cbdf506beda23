"""What values mean together: checks beyond the type of a key."""

from typing import Any

from hubbub.core.config.model import Config
from hubbub.core.config.problems import Problem, Severity
from hubbub.core.config.setting import SettingInfo


def check_bounds(info: SettingInfo, value: Any) -> list[Problem]:
    """Return what is wrong with one value by its own declaration."""
    setting = info.setting
    message, remedy = "", ""
    if setting.choices and value not in setting.choices:
        message, remedy = "Not one of the possible values.", f"Use one of: {', '.join(map(repr, setting.choices))}."
    elif setting.max_length is not None and len(value) > setting.max_length:
        message, remedy = f"Longer than {setting.max_length} characters.", "Shorten it."
    elif isinstance(value, int) and value not in setting.also:
        if setting.minimum is not None and value < setting.minimum:
            message, remedy = "Too small.", f"Use {setting.minimum} or more."
        elif setting.maximum is not None and value > setting.maximum:
            message, remedy = "Too large.", f"Use {setting.maximum} or less."
    if not message:
        return []
    # A value that existing servers never checked must not keep an existing config.json from working.
    severity: Severity = "error" if setting.error else "warning"
    shown = None if setting.secret else value
    return [Problem(info.name, shown, message, remedy, severity, error_id(setting.error))]


def error_id(name: str) -> str:
    """Return the API's error id for a bad value."""
    return f"model.config.is_valid.{name}.app_error" if name else "model.config.is_valid.app_error"


def check_rules(config: Config) -> list[Problem]:
    """Return what is wrong with values that have a format or depend on each other."""
    return []
