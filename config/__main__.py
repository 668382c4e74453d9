"""`python -m config`: check the settings without starting anything. One line on stderr and status 1 when one is wrong."""

import sys

from config.settings import SettingsError, load

try:
    load()
except SettingsError as error:
    sys.exit(f"quiz: {error}")
