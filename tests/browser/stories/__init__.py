"""Every screen, and how to get there.

A story is what people do, told by a generator: each `yield` is a screen that somebody looks at, with its name and the device that
shows it. A new screen is one more `yield`. What is looked at, and in which sizes, themes and languages: tests/browser/looking.py.
"""

from tests.browser.stories.hosting import afterwards, authoring, desk
from tests.browser.stories.joining import joining
from tests.browser.stories.live import countdown, live, long_live
from tests.browser.stories.remote import remote
from tests.browser.stories.self_paced import self_paced
from tests.browser.stories.teams import many_teams, teams
from tests.browser.stories.troubles import troubles
from tests.browser.stories.world import Story

STORIES: tuple[Story, ...] = (
    joining,
    countdown,
    live,
    long_live,
    teams,
    many_teams,
    remote,
    self_paced,
    troubles,
    desk,
    authoring,
    afterwards,
)
