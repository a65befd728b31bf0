"""Self-play of conjecturing and proving: STP's round with SGS's guide (docs/selfplay.md)."""
