"""What happens in a game, told to a recorder, under a clock that tests turn."""
