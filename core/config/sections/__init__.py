"""The sections of config.json, one module per group; a key is declared in one place, here."""
