"""Lean runtimes, sessions and the trusted check."""
