"""What a quiz is: questions, answers, scoring, games, players, errors. Pure: no I/O, no clock, no framework."""
