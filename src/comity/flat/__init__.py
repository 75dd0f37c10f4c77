"""Legs as flat rows: what the facts that conditions read are called, and the columns that hold them."""
