"""The embedded learned model: ranks moves and estimates provability, in the core install (docs/learned.md)."""
