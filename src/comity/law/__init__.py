"""Law: rulebooks as data, read, checked and lowered to conditions."""
