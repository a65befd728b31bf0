"""Training by self-play. Nothing here yet: docs/architecture.md says what will be, and on which seams it stands."""
