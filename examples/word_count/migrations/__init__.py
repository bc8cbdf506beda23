"""What brings the database up to date, in the order of the names; each runs once."""
