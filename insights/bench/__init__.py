"""Figures for the coordination: what they wait for, decide and carry, over a period (docs/decisions/0029)."""
