"""The built-in plugins, one folder each; they never import each other."""
