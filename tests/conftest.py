"""For all tests: no deadline for property tests, since others share the machine; gevent's clock is right; one browser."""

import gevent
import pytest
from hypothesis import settings

from tests.harness.browser import browser, phone, projector

__all__ = ["browser", "phone", "projector"]

settings.register_profile("quiz", deadline=None, max_examples=40)
settings.load_profile("quiz")


@pytest.fixture(autouse=True)
def time_of_gevent() -> None:
    """Time-outs begin now: its clock has stood still if the tests before waited without it, and they would be over at once."""
    gevent.get_hub().loop.update_now()
