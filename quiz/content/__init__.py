"""Quizzes from files and into files, one module a format; `formats` finds the right one. `samples` are those that come along."""
