"""The web client in the box: a page for every browser, or the files of another client. Owns no table."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.plugins.webclient.config import WebClientSettings

manifest = Manifest(
    id="webclient",
    version="0.1.0",
    name="Web client",
    summary="The pages that people open in a browser, or another web client's files instead",
    config=WebClientSettings,
    reloadable=True,
)
