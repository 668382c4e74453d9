"""Faults with real processes, and an accounting that knows only what clients were told and what Redis holds in the end."""
