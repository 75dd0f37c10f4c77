"""The only room that reads files and prints: commands, and verdicts as words."""
