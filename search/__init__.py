"""Budgets and the strategies that spend them."""
