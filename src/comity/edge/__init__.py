"""Where worlds, ledgers and dockets lie, for commands and pages alike. The thin edge where files are opened, secrets are made and the clock is read."""
