"""Moving everything a site has: from one database to another, into a backup file and out of it."""
