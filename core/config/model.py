"""The whole configuration: every section by the name it has in config.json."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import field

from hubbub.core.config.problems import ConfigError, Problem
from hubbub.core.config.sections import (
    cluster,
    compliance,
    database,
    experiments,
    files,
    hubbub,
    ldap,
    logs,
    mail,
    passwords,
    plugins,
    saml,
    search,
    service,
    sign_on,
    site,
    teams,
)
from hubbub.core.config.setting import Section, SettingInfo, describe, split_annotation

_S = TypeVar("_S", bound=msgspec.Struct)


class Config(Section, frozen=True):
    """Everything that config.json and the environment say, checked and with defaults filled in.

    Frozen and shared: a change makes a new one, see `ConfigStore`.
    """

    ServiceSettings: service.ServiceSettings = field(default_factory=service.ServiceSettings)
    TeamSettings: teams.TeamSettings = field(default_factory=teams.TeamSettings)
    ClientRequirements: site.ClientRequirements = field(default_factory=site.ClientRequirements)
    SqlSettings: database.SqlSettings = field(default_factory=database.SqlSettings)
    LogSettings: logs.LogSettings = field(default_factory=logs.LogSettings)
    ExperimentalAuditSettings: logs.ExperimentalAuditSettings = field(default_factory=logs.ExperimentalAuditSettings)
    PasswordSettings: passwords.PasswordSettings = field(default_factory=passwords.PasswordSettings)
    FileSettings: files.FileSettings = field(default_factory=files.FileSettings)
    EmailSettings: mail.EmailSettings = field(default_factory=mail.EmailSettings)
    RateLimitSettings: passwords.RateLimitSettings = field(default_factory=passwords.RateLimitSettings)
    PrivacySettings: teams.PrivacySettings = field(default_factory=teams.PrivacySettings)
    SupportSettings: site.SupportSettings = field(default_factory=site.SupportSettings)
    AnnouncementSettings: site.AnnouncementSettings = field(default_factory=site.AnnouncementSettings)
    ThemeSettings: site.ThemeSettings = field(default_factory=site.ThemeSettings)
    GitLabSettings: sign_on.GitLabSettings = field(default_factory=sign_on.GitLabSettings)
    GoogleSettings: sign_on.GoogleSettings = field(default_factory=sign_on.GoogleSettings)
    Office365Settings: sign_on.Office365Settings = field(default_factory=sign_on.Office365Settings)
    OpenIdSettings: sign_on.OpenIdSettings = field(default_factory=sign_on.OpenIdSettings)
    LdapSettings: ldap.LdapSettings = field(default_factory=ldap.LdapSettings)
    ComplianceSettings: compliance.ComplianceSettings = field(default_factory=compliance.ComplianceSettings)
    LocalizationSettings: site.LocalizationSettings = field(default_factory=site.LocalizationSettings)
    SamlSettings: saml.SamlSettings = field(default_factory=saml.SamlSettings)
    NativeAppSettings: site.NativeAppSettings = field(default_factory=site.NativeAppSettings)
    IntuneSettings: site.IntuneSettings = field(default_factory=site.IntuneSettings)
    CacheSettings: cluster.CacheSettings = field(default_factory=cluster.CacheSettings)
    ClusterSettings: cluster.ClusterSettings = field(default_factory=cluster.ClusterSettings)
    MetricsSettings: logs.MetricsSettings = field(default_factory=logs.MetricsSettings)
    ExperimentalSettings: experiments.ExperimentalSettings = field(default_factory=experiments.ExperimentalSettings)
    AnalyticsSettings: logs.AnalyticsSettings = field(default_factory=logs.AnalyticsSettings)
    ElasticsearchSettings: search.ElasticsearchSettings = field(default_factory=search.ElasticsearchSettings)
    DataRetentionSettings: compliance.DataRetentionSettings = field(default_factory=compliance.DataRetentionSettings)
    MessageExportSettings: compliance.MessageExportSettings = field(default_factory=compliance.MessageExportSettings)
    JobSettings: cluster.JobSettings = field(default_factory=cluster.JobSettings)
    PluginSettings: plugins.PluginSettings = field(default_factory=plugins.PluginSettings)
    DisplaySettings: site.DisplaySettings = field(default_factory=site.DisplaySettings)
    GuestAccountsSettings: teams.GuestAccountsSettings = field(default_factory=teams.GuestAccountsSettings)
    ImageProxySettings: files.ImageProxySettings = field(default_factory=files.ImageProxySettings)
    CloudSettings: experiments.CloudSettings = field(default_factory=experiments.CloudSettings)
    FeatureFlags: experiments.FeatureFlags = field(default_factory=experiments.FeatureFlags)
    ImportSettings: files.ImportSettings = field(default_factory=files.ImportSettings)
    ExportSettings: files.ExportSettings = field(default_factory=files.ExportSettings)
    WranglerSettings: teams.WranglerSettings = field(default_factory=teams.WranglerSettings)
    ConnectedWorkspacesSettings: cluster.ConnectedWorkspacesSettings = field(
        default_factory=cluster.ConnectedWorkspacesSettings
    )
    AccessControlSettings: compliance.AccessControlSettings = field(default_factory=compliance.AccessControlSettings)
    ContentFlaggingSettings: compliance.ContentFlaggingSettings = field(
        default_factory=compliance.ContentFlaggingSettings
    )
    AutoTranslationSettings: experiments.AutoTranslationSettings = field(
        default_factory=experiments.AutoTranslationSettings
    )
    HubbubSettings: hubbub.HubbubSettings = field(default_factory=hubbub.HubbubSettings)
    MessageFilters: hubbub.MessageFilters = field(default_factory=hubbub.MessageFilters)

    def plugin(self, plugin_id: str, section: type[_S]) -> _S:
        """Return the settings of one plugin, decoded from ``PluginSettings.Plugins``.

        Ids and keys are found whatever their case. Keys that `section` does not declare are ignored here and stay in
        the file. Raises `ConfigError` naming each key whose value has the wrong type.
        """
        given = self.plugin_values(plugin_id)
        values: dict[str, Any] = {}
        problems = []
        for field_ in msgspec.structs.fields(section):
            if field_.name.casefold() not in given:
                continue
            value = given[field_.name.casefold()]
            try:
                values[field_.name] = msgspec.convert(value, field_.type, strict=True)
            except msgspec.ValidationError as error:
                key = f"PluginSettings.Plugins.{plugin_id}.{field_.name}"
                setting = split_annotation(field_.type)[1]
                said = f"Expected {setting.expected}." if setting.expected else f"{error}."
                remedy = "Correct the value, or remove the key."
                problems.append(Problem(key, None if setting.secret else value, said, remedy))
        if problems:
            raise ConfigError(problems)
        key = f"PluginSettings.Plugins.{plugin_id}"
        try:
            return section(**values)
        except TypeError as error:
            raise ConfigError([Problem(key, None, f"{error}.", "Add the missing key.")]) from error
        except ValueError as error:  # the section's own check
            raise ConfigError([Problem(key, None, f"{error}.", "Correct the value.")]) from error

    def plugin_values(self, plugin_id: str) -> dict[str, Any]:
        """Return the raw settings of one plugin, keys in lower case; empty if there are none."""
        wanted = plugin_id.casefold()
        for name, values in self.PluginSettings.Plugins.items():
            if name.casefold() == wanted:
                return {key.casefold(): value for key, value in values.items()}
        return {}

    @property
    def data_directory(self) -> Path:
        """Return the data folder; relative to the working directory, as every path in config.json."""
        return Path(self.HubbubSettings.DataDirectory)

    @property
    def plugin_directory(self) -> Path:
        """Return the folder in which plugins that are not built in are looked for."""
        return Path(self.PluginSettings.Directory or self.data_directory / "plugins")

    @property
    def run_directory(self) -> Path:
        """Return the folder for sockets and process ids."""
        return Path(self.HubbubSettings.RunDirectory or self.data_directory / "run")


SETTINGS: tuple[SettingInfo, ...] = tuple(describe(Config))
"""Every key that the product knows, in order of declaration."""


def value_at(config: Config, path: tuple[str, ...]) -> Any:
    """Return the value of one key."""
    value: Any = config
    for name in path:
        value = getattr(value, name)
    return value
