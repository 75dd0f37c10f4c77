"""Engines that move the rows: the same crossing, the same bytes."""
