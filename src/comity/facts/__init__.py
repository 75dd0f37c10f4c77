"""Facts: what is known of a world, each fact the set of what it may still be."""
