"""What people write: text as placed trees, expressions as trees, and every mistake in them with its place."""
