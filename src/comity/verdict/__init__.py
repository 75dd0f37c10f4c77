"""Verdict: what every law that has a say answers about a movement, read as columns and as an explanation."""
