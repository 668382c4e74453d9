"""`flask quiz`: the quizzes that games are made from."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import msgspec

from quiz.cli.command import Failure, Group, platform
from quiz.cli.output import confirm, json_option, print_json, printable, table, yes_option
from quiz.content import formats
from quiz.content.imports import MAX_BYTES, Import
from quiz.domain.errors import QuizNotFound
from quiz.domain.question import Question
from quiz.domain.quiz import Quiz
from quiz.play.rights import Person

#: Files from this size on take long enough for a progress bar.
LONG_BYTES = 200_000

#: More quizzes than anybody has.
_ALL = 1_000_000_000
#: Who has started it has the machine.
COMMAND_LINE = Person("", admin=True)

owner_option = click.option("--owner", metavar="HOST", help="A host's own quizzes; without one, those that all hosts share.")


@click.group(cls=Group)
def quiz() -> None:
    """Quizzes: import, list, show, export, delete, restore."""


@quiz.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["auto", *formats.IMPORT_FORMATS]), default="auto", show_default=True)
@click.option("--skip-invalid", is_flag=True, help="Import the sound questions of a file that has others too, and list those.")
@click.option("--dry-run", is_flag=True, help="Import nothing; list question by question what was understood and what was not.")
@owner_option
def import_(file: Path, format_: str, skip_invalid: bool, dry_run: bool, owner: str | None) -> None:
    """Import the quiz in FILE, in place of one with its slug; print the slug last."""
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    shown = len(data) >= LONG_BYTES and sys.stderr.isatty()
    with click.progressbar(length=100, label=f"Importing {printable(file.name)}", file=sys.stderr, hidden=not shown) as bar:
        found = formats.read(data, file.name, format_, lambda share: bar.update(max(0, round(80 * share) - bar.pos)))
        usable = found.quiz if skip_invalid or not found.problems else None
        if usable is not None and not dry_run:
            platform().quizzes.put(msgspec.structs.replace(usable, owner=_checked(owner)))
        bar.update(100 - bar.pos)
    for note in found.notes:
        click.echo(f"note: {printable(str(note))}")
    for line in _listed(found, usable is not None, dry_run):
        click.echo(line)
    if usable is None:
        count = len(found.problems)
        what = printable(str(found.problems[0])) if count == 1 else f"{count} problems, listed on standard output"
        raise Failure(f"{printable(str(file))}: {what}; nothing was imported")
    done = "would import" if dry_run else "imported"
    click.echo(f"{done} {printable(usable.title)}, questions: {len(usable.questions)}, skipped: {len(found.problems)}")
    click.echo(usable.slug)


def _listed(found: Import, some: bool, everything: bool) -> list[str]:
    """A line for each problem in the order of the file, and if `everything` is asked for, for each question between them."""
    lines = [(problem.place, f"{'skipped ' if some else ''}{printable(str(problem))}") for problem in found.problems]
    if everything and found.quiz:
        questions = zip(found.places, found.quiz.questions, strict=True)
        lines += [(place, f"{place}: {one.type}: {printable(one.text)}") for place, one in questions]
    return [line for _, line in sorted(lines, key=lambda line: int("".join(filter(str.isdigit, line[0])) or 0))]


@quiz.command("list")
@owner_option
@click.option("--tag", "tags", multiple=True, help="Only those with this tag; may be repeated.")
@click.option(
    "--search", "words", default="", metavar="WORDS", help="Only those with all of these in title, description or tags."
)
@click.option("--deleted", is_flag=True, help="In place of these those that flask quiz restore can bring back.")
@json_option
def list_(owner: str | None, tags: tuple[str, ...], words: str, deleted: bool, as_json: bool) -> None:
    """List the quizzes by title."""
    whose = _checked(owner)
    if deleted:
        found = platform().quizzes.bin(whose)
    else:
        page = platform().catalogue.page((whose,), words, tags, most=_ALL)
        found = [one.summary for one in page.listed]
    if as_json:
        print_json(msgspec.to_builtins(found))
    else:
        table(["slug", "questions", "title"], [(one.slug, one.question_count, one.title) for one in found])


@quiz.command()
@click.argument("slug")
@owner_option
@json_option
def show(slug: str, owner: str | None, as_json: bool) -> None:
    """Show a quiz with what is right."""
    found = _find(slug, owner)
    if as_json:
        print_json({"slug": slug, **json.loads(formats.write(found, "json"))})
        return
    click.echo(printable(found.title))
    if found.description:
        click.echo(printable(found.description))
    if found.tags:
        click.echo(f"tags: {', '.join(map(printable, found.tags))}")
    for number, question in enumerate(found.questions, 1):
        click.echo(f"\n{number}. {printable(question.text)} ({question.type}, {question.time_limit:g} s)")
        for line in _answers(question):
            click.echo(f"   {printable(line)}")


def _answers(question: Question) -> list[str]:
    match question.type:
        case "order":
            return [f"{number}. {question.choices[one].text}" for number, one in enumerate(question.correct, 1)]
        case "single" | "multiple" | "poll":
            right = {"single": [question.correct], "poll": []}.get(question.type, question.correct)
            return [f"{'*' if choice.id in right else '-'} {choice.text}" for choice in question.choices]
        case "text":
            return [f"* {spelling}" for spelling in question.correct]
        case "true_false":
            return [f"* {'true' if question.correct else 'false'}"]
        case "number":
            return [f"* {question.correct}{f' ± {question.tolerance:g}' if question.tolerance else ''}"]


@quiz.command()
@click.argument("slug")
@click.option("--format", "format_", type=click.Choice(formats.EXPORT_FORMATS), help="Default: as OUTPUT is called, else json.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Without one: standard output.")
@owner_option
def export(slug: str, format_: str | None, output: Path | None, owner: str | None) -> None:
    """Write a quiz to a file, and on stderr what the format has no place for; call the file by the title."""
    found, name = _find(slug, owner), format_ or _format(output)
    data = formats.write(found, name)
    if output is None:
        click.echo(data, nl=False)
    else:
        output.write_bytes(data)
    for problem in formats.left_out(found, name):
        click.echo(f"left out: {printable(str(problem))}", err=True)


def _format(output: Path | None) -> str:
    ending = output.suffix.lower().removeprefix(".") if output else ""
    return ending if ending in formats.EXPORT_FORMATS else "json"


@quiz.command()
@click.argument("slug")
@owner_option
@yes_option
def delete(slug: str, owner: str | None, yes: bool) -> None:
    """Delete a quiz; flask quiz restore brings it back. Games made from it keep what they started with."""
    found = _find(slug, owner)
    confirm(f"Delete {printable(found.title)}?", yes)
    platform().quizzes.delete(slug, owner)
    click.echo(f"deleted {slug}")


@quiz.command()
@click.argument("slug")
@owner_option
def restore(slug: str, owner: str | None) -> None:
    """Bring back a quiz that was deleted; print its slug last, another one if its own is taken by now."""
    made = platform().authoring.restore(COMMAND_LINE, _checked(owner), slug)
    click.echo(f"restored {printable(made.title)}")
    click.echo(made.slug)


def _checked(owner: str | None) -> str | None:
    """The host of this name; raises ContentError if there is none."""
    return None if owner is None else platform().accounts.get(owner).name


def _find(slug: str, owner: str | None) -> Quiz:
    found = platform().quizzes.get(slug, owner)
    if found is None:
        raise QuizNotFound(f"there is no quiz {slug!r}; see: flask quiz list")
    return found
