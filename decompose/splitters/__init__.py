"""Model-free splitters: ways to take a goal apart, read off its text. docs/splitters.md describes them."""

from __future__ import annotations

from decompose.splitters.base import Splitter
from decompose.splitters.merge import SPLITTERS, splits

__all__ = ["SPLITTERS", "Splitter", "splits"]
