"""Settlements: what several parties can agree upon, so that every law allows it and nobody can do better without another losing."""
