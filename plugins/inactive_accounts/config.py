"""Settings of the plugin: `PluginSettings.Plugins["inactive_accounts"]`."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class InactiveAccountsConfig(Section, frozen=True):
    """From when on an account counts as inactive, and what becomes of it."""

    InactiveDays: Annotated[
        int,
        Setting(
            "Days without activity after which a daily job reports accounts; 0: never (`hubbub inactive-accounts`"
            " lists them)",
            minimum=0,
        ),
    ] = 0
    Deactivate: Annotated[bool, Setting("Whether the job also deactivates them; bots and the last admin stay")] = False
    SparedUsernames: Annotated[tuple[str, ...], Setting("User names of accounts that are never deactivated")] = ()
