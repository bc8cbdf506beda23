"""Configuration: config.json and the environment as typed, checked, immutable records.

`ConfigStore(path).current` is the `Config` in use, with one Struct per section: ``config.TeamSettings.SiteName``.
"""

from hubbub.core.config.client import client_config, client_license
from hubbub.core.config.decode import defaults
from hubbub.core.config.features import FEATURES
from hubbub.core.config.hashing import config_hash
from hubbub.core.config.model import SETTINGS, Config
from hubbub.core.config.problems import ConfigError, ConfigWriteError, Problem
from hubbub.core.config.setting import MASK, Section, Setting, SettingInfo
from hubbub.core.config.store import ConfigStore

__all__ = [
    "FEATURES",
    "MASK",
    "SETTINGS",
    "Config",
    "ConfigError",
    "ConfigStore",
    "ConfigWriteError",
    "Problem",
    "Section",
    "Setting",
    "SettingInfo",
    "client_config",
    "client_license",
    "config_hash",
    "defaults",
]
