"""Gauges: how near what a ledger counts is to the lines that law draws."""
