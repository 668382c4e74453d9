"""Socket.IO: what players and hosts send, and what they are told (contract §3)."""
