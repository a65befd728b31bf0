"""Verified synthesis: programs for the holes of a specification, tested, proved, checked (docs/synthesis.md)."""
