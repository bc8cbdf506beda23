"""Settings of the filter for links."""

from typing import Annotated, Literal

from hubbub.core.config.setting import Setting
from hubbub.core.filtering import FilterSettings


class LinksSettings(FilterSettings, frozen=True):
    """`PluginSettings.Plugins["filter_links"]`."""

    AllowedDomains: Annotated[
        tuple[str, ...],
        Setting("Sites that messages may link to, with all below them: example.com is www.example.com too"),
    ] = ()
    Action: Annotated[Literal["mask", "reject"], Setting("mask takes the link out, reject refuses the message")] = (
        "reject"
    )
