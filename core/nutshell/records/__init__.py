"""Plain records that more than one package needs."""
