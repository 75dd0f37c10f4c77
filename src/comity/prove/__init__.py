"""Reading *prove*: what is true of every possible transfer, found by a solver and replayed through the other readings."""
