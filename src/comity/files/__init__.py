"""Worlds, rulebooks and cases, read from what people write."""
