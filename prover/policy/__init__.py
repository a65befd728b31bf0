"""Policies: language models that write sketches, proofs and repairs. What they return is text; Lean alone judges it."""
