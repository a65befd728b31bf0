"""Measurements, run by hand: `python -m benchmarks.NAME`. Each prints a table and writes benchmarks/results/NAME.json."""
