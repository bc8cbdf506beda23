"""What mails say, one JSON file per language: kind → subject, title, text, button, note."""
