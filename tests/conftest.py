"""For all tests: property tests have no deadline, since other processes share the machine."""

from hypothesis import settings

settings.register_profile("quiz", deadline=None)
settings.load_profile("quiz")
