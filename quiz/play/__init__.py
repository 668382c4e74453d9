"""What happens in a game: the lobby, the rounds, answering. Talks to Protocols (`ports`), never to Flask or Redis."""
