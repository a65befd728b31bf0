"""All families of splits that leave nothing open: finishing moves for the portfolio and for goals inside a tree."""

from __future__ import annotations

from decompose.splitters import known, orders, specs

FAMILIES = (*specs.FINISHING, *orders.FINISHING, *known.FINISHING)
