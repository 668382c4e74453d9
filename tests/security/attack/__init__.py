"""Hostile clients against a running server, for `make attack` and, shorter, for `make test`."""
