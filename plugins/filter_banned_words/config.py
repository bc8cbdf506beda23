"""Settings of the filter for banned words."""

from typing import Annotated, Literal

from hubbub.core.config.setting import Setting
from hubbub.core.filtering import FilterSettings


class BannedWordsSettings(FilterSettings, frozen=True):
    """`PluginSettings.Plugins["filter_banned_words"]`."""

    Words: Annotated[tuple[str, ...], Setting("Words and phrases; case and accents' encoding don't matter")] = ()
    WordsFile: Annotated[
        str, Setting("A text file with more of them, one a line; lines that begin with # are left out")
    ] = ""
    Action: Annotated[
        Literal["mask", "reject"], Setting("mask puts asterisks in their place, reject refuses the message")
    ] = "mask"
    WholeWords: Annotated[bool, Setting("Find whole words only; false finds them inside of other words too")] = True
