"""The words of people: facts, provisions, reasons and verdicts, said in the reader's language."""
