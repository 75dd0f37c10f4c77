"""Who may look at what is served: accounts, what each may do and with what it comes in, as a fold over the entries of a ledger. No entry holds a person."""
