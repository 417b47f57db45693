"""Set-up: stands on the standard library alone, because it runs before anything is installed."""
