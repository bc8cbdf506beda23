"""Settings of the files plugin: `PluginSettings.Plugins["files"]`."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class FilesConfig(Section, frozen=True):
    """What becomes of files that belong to nothing."""

    OrphanedFilesDays: Annotated[
        int,
        Setting(
            "Days after which a weekly job removes uploads that no message has, and stored attachments that the"
            " database doesn't know; 0: never (`hubbub files orphans` lists them)",
            minimum=0,
        ),
    ] = 0
