"""Measurements: each prints one table, writes JSON, and runs its anchor beside it."""
