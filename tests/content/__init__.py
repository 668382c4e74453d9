"""Tests of reading and writing quiz files."""
