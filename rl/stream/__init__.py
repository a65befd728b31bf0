"""Rollouts that stream from generation through Lean to the trainer, with a bound on how old they may be."""
