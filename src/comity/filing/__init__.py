"""Filled packs as documents: what is on each page, and the same as DOCX and PDF."""
