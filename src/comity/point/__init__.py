"""One movement as a Python dict: checked, decided, explained."""
