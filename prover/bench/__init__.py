"""Benchmarks that can be believed: problems, runs over them, statistics, reports."""
