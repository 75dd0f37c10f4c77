"""Layouts: where to keep and process what many movements share, so that all of them are lawful at the least cost."""
