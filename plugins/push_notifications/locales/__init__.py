"""What pushes say, one JSON file per language."""
