"""Names that vulture takes for dead code and that are used all the same, each with who uses it."""
