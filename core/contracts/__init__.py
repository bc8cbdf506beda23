"""The vocabulary of the domain: records (the wire shape), service Protocols and their named errors.

Together with `hubbub.hookspecs` and `hubbub.core.testing` this is the public API for plugins.
"""
