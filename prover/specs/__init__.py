"""What is wrong with a specification, before anybody proves anything about it (docs/spec-check.md)."""
