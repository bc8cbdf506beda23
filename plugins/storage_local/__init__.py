"""Files in a folder of this machine, or on a network drive that is mounted there (`FileSettings.Directory`)."""

from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="storage_local",
    version="0.1.0",
    name="Files in a folder",
    summary="Keeps files in FileSettings.Directory (driver local)",
)
