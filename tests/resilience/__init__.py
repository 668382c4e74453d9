"""Breaker, guard and journal."""
