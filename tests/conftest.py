"""For all tests: property tests have no deadline, since other processes share the machine."""

from hypothesis import settings

settings.register_profile("quiz", deadline=None, max_examples=40)
settings.load_profile("quiz")
