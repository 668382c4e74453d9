"""What settings must be beyond their types, alone and beside each other. Each check raises SettingsError with name and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_network

from config.errors import SettingsError
from config.groups import LANGUAGES, Actuator, Drain, Images
from config.secret import LEAST

#: Libraries whose loggers write down whole messages.
_TALKATIVE = ("engineio", "socketio")


def levels(levels: Mapping[str, str]) -> None:
    """Nothing is logged that must not be."""
    for name, level in levels.items():
        if name.partition(".")[0] in _TALKATIVE and level in ("DEBUG", "INFO"):
            raise SettingsError(f"QUIZ_LOG_LEVELS='{name}={level}': below WARN it logs what clients send, answers and tokens too")


def actuator(actuator: Actuator, port: int) -> None:
    """Networks are networks, and its port is its own."""
    for network in actuator.networks:
        try:
            ip_network(network)
        except ValueError:
            raise SettingsError(f"QUIZ_ACTUATOR__NETWORKS={network!r}: expected a network such as 10.0.0.0/8") from None
    if actuator.access == "port" and actuator.port == port:
        raise SettingsError(f"QUIZ_ACTUATOR__PORT={port}: the platform itself is on this port; choose another one")


def drain(drain: Drain) -> None:
    """A part is no longer than the whole."""
    if drain.spread_seconds > drain.seconds:
        wrong = f"QUIZ_DRAIN__SPREAD_SECONDS={drain.spread_seconds:g}: is above QUIZ_DRAIN__SECONDS={drain.seconds:g}"
        raise SettingsError(f"{wrong}, of which it is a part")


def languages(languages: Sequence[str]) -> None:
    """There are lists of their words."""
    for language in languages:
        if language not in LANGUAGES:
            raise SettingsError(f"QUIZ_NICKNAMES__LANGUAGES={language!r}: expected one of {', '.join(LANGUAGES)}")


def images(images: Images) -> None:
    """Their folder is there: one that is not mounted would be written to all the same."""
    if images.folder is not None and not images.folder.is_dir():
        raise SettingsError(f"QUIZ_IMAGES__FOLDER={str(images.folder)!r}: there is no such folder; is it mounted?")


def previous_keys(env: str, keys: Sequence[str]) -> None:
    """What a weak key signed could have been signed by anybody, however old the key is."""
    for number, key in enumerate(keys, 1):
        if env == "production" and len(key) < LEAST:
            raise SettingsError(
                f"SECRET_KEY_PREVIOUS: key {number} is too short: {len(key)} characters where production needs at least {LEAST}"
            )
