"""The trusted check: the only code that decides "proved". Start at `gate.py`; its promises are in docs/soundness.md."""
