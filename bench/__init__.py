"""Measures an installation under load: `make bench`, or `python -m bench --help`."""
