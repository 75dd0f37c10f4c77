"""What goes to others: filled packs and the register of transfers as sheets, and sheets as documents and tables."""
