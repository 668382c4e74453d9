"""The board of a game, in Redis (ZREVRANGE; points get on it by ZINCRBY with the answers) and in memory."""
