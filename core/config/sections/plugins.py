"""Plugins."""

from typing import Annotated, Any, Final

from msgspec import field

from hubbub.core.config.setting import Section, Setting

SHIPPED_ELSEWHERE: Final = ("com.mattermost.calls", "com.mattermost.nps", "mattermost-ai", "playbooks")
"""Plugins that an existing configuration switches on; names without a plugin of ours are left alone."""


class PluginState(Section, frozen=True):
    """Whether one plugin is on."""

    Enable: bool = False


class PluginSettings(Section, frozen=True):
    """Plugins, which are on, and their settings."""

    Enable: Annotated[bool, Setting("Load plugins that are not built in", restart=True)] = True
    EnableUploads: Annotated[bool, Setting("Let administrators upload plugins over the API")] = False
    AllowInsecureDownloadURL: bool = False
    EnableHealthCheck: bool = True
    Directory: Annotated[
        str, Setting("Folder of plugins that are not built in; empty is plugins in the data folder", restart=True)
    ] = ""
    ClientDirectory: Annotated[str, Setting("Folder for what plugins give to browsers")] = "./client/plugins"
    Plugins: Annotated[dict[str, dict[str, Any]], Setting("Settings of plugins by their id")] = field(
        default_factory=dict
    )
    PluginStates: Annotated[dict[str, PluginState], Setting("Which plugins are on, by their id")] = field(
        default_factory=lambda: {name: PluginState(Enable=True) for name in SHIPPED_ELSEWHERE}
    )
    EnableMarketplace: bool = True
    EnableRemoteMarketplace: bool = True
    AutomaticPrepackagedPlugins: bool = True
    RequirePluginSignature: bool = False
    MarketplaceURL: str = "https://api.integrations.mattermost.com"
    SignaturePublicKeyFiles: tuple[str, ...] = ()
    ChimeraOAuthProxyURL: str = ""
    SkipBroken: Annotated[
        bool, Setting("Start without plugins that fail to load, instead of not at all", ours=True)
    ] = False
