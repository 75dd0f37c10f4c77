"""Pages and an API over HTTP: the same verdicts, reasons and proofs, for people and for programs."""
