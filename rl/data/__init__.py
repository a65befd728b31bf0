"""Training data: typed rows with provenance, their builders, decontamination and verification (docs/selfplay.md)."""
