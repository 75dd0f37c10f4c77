"""The ledger: counts of distinct persons, and a log that nobody can rewrite. It knows bytes and counts, not law."""
