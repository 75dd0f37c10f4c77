"""What a verdict rests on, as a tree down to facts, and what an open one hangs on."""
