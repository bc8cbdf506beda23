"""`hubbub doctor`: will Hubbub work with this configuration, database and data folder? Looks, and changes nothing."""
