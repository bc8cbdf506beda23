"""Build Hubbub: the import name ``hubbub`` is mapped onto the repository's root."""

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

TOP_LEVEL = ("core", "plugins", "config")
DATA = (
    "*.json *.csv *.sql *.txt *.html *.css *.js *.svg *.png *.conf *.cfg *.service static/**/* settings_locales/*"
).split()
PATTERNS = [pattern for name in TOP_LEVEL for pattern in (name, f"{name}.*")]


class BuildWithoutSetup(build_py):
    """Leave this file out of the wheel: it sits in the package's own folder."""

    def find_package_modules(self, package, package_dir):
        modules = super().find_package_modules(package, package_dir)
        return [module for module in modules if (package, module[1]) != ("hubbub", "setup")]


packages = ["hubbub." + name for name in find_packages(include=PATTERNS)]

# What `hubbub plugin new` copies: data, though some of it is Python.
TEMPLATE = {"hubbub.plugin_template": ["*.toml", "*.md", "*/*.py"]}

setup(
    cmdclass={"build_py": BuildWithoutSetup},
    package_dir={"hubbub": ".", "hubbub.plugin_template": "plugin-template"},
    packages=["hubbub", *packages, *TEMPLATE],
    package_data={"hubbub": ["py.typed"]} | dict.fromkeys(packages, DATA) | TEMPLATE,
    include_package_data=False,
)
