"""Games, quizzes, hosts and answers: in Redis, and in memory behind the same Protocols (`quiz.play.ports`)."""
