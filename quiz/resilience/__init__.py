"""How every use of Redis survives: the breaker, the guard, the journal, and what the journals say after a loss."""
