"""The quiz platform."""

__version__ = "0.1.0"
