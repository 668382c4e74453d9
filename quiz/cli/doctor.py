"""`flask doctor`: whether everything around the platform is as it should be, and what to do where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

import click

from config.settings import Settings
from quiz.cli import doctor_instance, doctor_redis
from quiz.cli.command import Failure, OneLine, settings
from quiz.cli.doctor_finding import Finding
from quiz.cli.output import json_option, print_json, printable
from quiz.ops import embedded


@click.command(cls=OneLine)
@json_option
def doctor(as_json: bool) -> None:
    """Examine Redis, machine and settings.

    Each finding is OK, WARN or FAIL, with what to do. Fails if there is a FAIL. May be run beside servers; run it as their user,
    with their variables.
    """
    findings = []
    for one in _findings(settings()):
        findings.append(one)
        if not as_json:
            click.echo(f"{one.status:<4}  {one.check}: {printable(one.found)}")
            if one.advice:
                click.echo(f"      -> {one.advice}")
    if as_json:
        print_json([asdict(one) for one in findings])
    counts = Counter(one.status for one in findings)
    if counts["FAIL"]:
        failed = ", ".join(one.check for one in findings if one.status == "FAIL")
        raise Failure(f"{counts['FAIL']} of {len(findings)} findings are FAIL: {failed}")


def _findings(given: Settings) -> Iterator[Finding]:
    yield from doctor_instance.look(given)
    try:
        with embedded.connect_or_own(given) as url:
            yield from doctor_redis.look(given, url)
    except embedded.EmbeddedError as error:
        yield Finding("redis", "FAIL", f"the embedded Valkey can't be used: {error}", "set REDIS_URL, or do what it says")
