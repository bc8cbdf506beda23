"""What notifications by mail say, one JSON file per language."""
