"""Training of the embedded model that ships with the core install (docs/learned.md)."""
