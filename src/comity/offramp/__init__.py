"""The way out: which of the things that a party can change make a movement lawful, and at what least cost."""
