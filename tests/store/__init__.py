"""Both stores, held to the same contract."""
