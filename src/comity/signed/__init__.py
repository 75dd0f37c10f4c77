"""Signed law: rulebooks as The Update Framework keeps them, written by those who sign and read by those who rely on it. Files and time at the edges."""
