"""The interview: answers as part of a world, and which question is next."""
