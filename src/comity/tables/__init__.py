"""Worlds as Arrow tables, read and decided batch by batch."""
