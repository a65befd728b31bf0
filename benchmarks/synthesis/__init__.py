"""Benchmarks of program synthesis: what tests kill, and what `gentzen synth` solves (docs/synthesis.md)."""
