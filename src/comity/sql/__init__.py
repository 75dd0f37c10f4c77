"""Legs as flat rows, and the conditions over them as SQL for any engine."""
