"""Both boards, held to the same contract."""
