"""What people read is marked, and translated into every language."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from babel.messages.catalog import Catalog
from flask import Flask

from config.settings import Language
from quiz.web import catalogues, languages
from tests.harness.server import ROOT
from tests.web.javascript import HOLE, KEY, Literal, literals

WEB = ROOT / "quiz" / "web"
TRANSLATED = [language for language in languages.LANGUAGES if language != "en"]

#: Strings of scripts that look like words to read and are none: keys, selectors, media, what programs say, names of products.
NO_TEXTS = frozenset(
    [
        "(prefers-color-scheme: dark)",
        "(prefers-contrast: more)",
        "CSV",
        "Enter",
        "Escape",
        "Excel",
        "Kahoot",
        "Refusal",
        "Tab",
        "input, select, textarea, [contenteditable]",
        "io server disconnect",
        "is missing",
        "not all",
        "the server did not answer",
        "en",
    ]
)
#: What tells people why it refuses something, and with which errors.
REFUSING = ("domain/question.py", "domain/quiz.py", "play/authoring.py", "play/images.py", "store/drafts.py", "web/pictures.py")
READING = tuple(f"content/{path.name}" for path in sorted((ROOT / "quiz" / "content").glob("*_format.py")))
TELLING = frozenset(["ContentError", "Flaw", "InvalidPayload", "LimitReached", "_refuse"])

#: Whose arguments are marked, or no words to read.
NO_READERS = frozenset(["t", "tn", KEY, ".closest", ".matches", ".querySelector", ".querySelectorAll", "matchMedia"])

#: What no translation holds, by language: how people are not addressed, and signs that are another language's.
STRAY = {
    "ar": [
        r"[,;?“”\"'٠-٩۰-۹]|(?:^|[\s(])(?:[+.]\w|->)",  # signs before a figure or a letter of ours are turned round without U+200E
        r"\b(اختر|اختاري|اكتب|حاول|انظر|ابدأ|انضم|سجّل|استعد|انتظر|احفظ|شارك|أدخل|جرّب|تستطيع|تريد|ترى)\b",
    ],
    "de": [
        r"(?<!^)(?<![.:!?] )\b(Sie|Ihnen|Ihr(e[mnrs]?)?)\b",  # a sentence may begin with "she"
        r"[\"'”«»]|“(?=\w)|„[^“]*$",
        r"(?<!\u00a0)…(?! Fragen)",  # the dots of a gap stand between spaces
        r": (es|man|niemand) ",
    ],
    "es": [
        r"(?i)\b(ustedes|usted|vosotr[oa]s|vuestr[oa]s?|coger|cog[ei]do|móvil(es)?|mando a distancia)\b",
        r"[\"'“”„]",
        r"^[^¿]*\?|^[^¡]*!|¿[^?]*$|¡[^!]*$",
    ],
    "vi": [r"(?i)[óòỏõọ][ae]\b|[úùủũụ]y\b|\b(quý vị|mời ra)\b|[«»\"]"],
}
EVERYWHERE = [r"\.\.\.", r"  |^ |\w $", r"\d (s|min|%|px)\b"]

_PROSE = re.compile(r"(?<![\w-])[A-Za-z]{2,}[.,…!?:;]? [A-Za-z]{2,}(?![\w-])|^[A-Z][a-z]+(?![\w-])|\0 [A-Za-z]{2,}(?![\w-])")
_TAG = re.compile(r"<!?/?[\w\0][^>]*>|<!--.*?-->|<//>", re.DOTALL)
_READ_OUT = re.compile(r'\b(?:aria-label|aria-description|alt|hint|label|placeholder|text|title|words)="([^"]*)"')
_SIDES = re.compile(r"(?<![\w.-])(?:(?:[a-z]+-)*(?:left|right)(?:-[a-z]+)*:|(?:text-align|float|clear):\s*(?:left|right))[^;}]*")
_PLACE = re.compile(r"(line|question) 7")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_EXPRESSION = re.compile(r"\{% block page_class %\}[\w -]*|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@pytest.fixture(scope="module")
def texts() -> ModuleType:
    """What `make texts` runs."""
    loader = SourceFileLoader("texts", str(ROOT / "scripts" / "texts"))
    module = module_from_spec(spec_from_loader(loader.name, loader))  # type: ignore[arg-type]
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def marked(texts: ModuleType) -> Catalog:
    """All texts of templates and scripts."""
    catalog, wrong = texts.template(texts.sources())
    assert wrong == []
    return catalog


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(texts, marked: Catalog, language: str):
    """Nothing is lacking, doubtful or left over; placeholders are the same, forms of plurals complete. `make texts` says more."""
    assert list(texts.lacking(language, marked)) == []


@pytest.mark.parametrize("language", STRAY)
def test_translations_address_people_and_set_signs_alike(texts, language: str):
    """As docs/glossary.md says: one form of address, the language's own quotation marks, units that stay with their numbers."""
    wrong = re.compile("|".join([*STRAY[language], *EVERYWHERE]))
    strings = [one.string for one in texts.read(language) if one.id]
    forms = [form for string in strings for form in ([string] if isinstance(string, str) else string)]
    assert len(forms) > 600
    assert [form for form in forms if wrong.search(form) or form != unicodedata.normalize("NFC", form)] == []


def test_texts_are_found_wherever_they_stand(texts):
    """In templates within templates, over several lines, beside others; a call without a literal is told, a comment is none."""
    source = """
    /** As t("not this") says. */
    const a = html`<p title=${t("One")}>${b ? html`<i>${c.map((d) => html`<b>${tn(
      "{count} \\"two\\"", "{count} twos", d, { e: `${t("Three")}` })}</b>`)}</i>` : t("Four's", { f })}</p>`;
    // t("nor this")
    const x = cost("no text") + a.t("nor that");
    """
    assert list(texts.calls(source)) == [("One",), ('{count} "two"', "{count} twos"), ("Three",), ("Four's",)]
    assert list(texts.calls('t(name); tn(\'{a}\', b); t(`x`); t("a" + b); tn("one", many, 1)')) == [None] * 5


def test_a_wrong_translation_is_noticed(texts):
    """A placeholder that is missing, one that is nobody's, a form that is empty, a doubt, a plural too few."""
    wanted = Catalog(fuzzy=False)
    wanted.add("Hello {name}")
    wanted.add(("{count} game of {name}", "{count} games of {name}"))

    def wrong(*strings: object, flags: tuple[str, ...] = ()) -> list[str]:
        held = Catalog(locale="de", fuzzy=False)
        ids = ("Hello {name}", ("{count} game of {name}", "{count} games of {name}"))
        for text, string in zip(ids, strings, strict=True):
            held.add(text, string, flags=flags)
        texts.read = lambda _: held
        return list(texts.lacking("de", wanted))

    read, good = texts.read, ("Hallo {name}", ("ein Spiel von {name}", "{count} Spiele von {name}"))
    try:
        assert wrong(*good) == []
        for bad in ("Hallo", "Hallo {Name}", "Hallo {name} {name2}", ""):
            assert len(wrong(bad, good[1])) == 1, bad
        for forms in (("ein Spiel", "{count} Spiele von {name}"), ("ein Spiel von {name}", ""), ("nur {name}",)):
            assert len(wrong(good[0], forms)) == 1, forms
        assert len(wrong(*good, flags=("fuzzy",))) == 2
    finally:
        texts.read = read


def test_no_script_shows_a_text_that_is_not_marked():
    """Whatever of a script looks like words to read goes through t or tn."""
    scripts = (WEB / "static" / "js").rglob("*.js")
    found = [(path.name, *words) for path in scripts for words in unmarked(literals(path.read_text(encoding="utf-8")))]
    assert found == []


def test_no_template_shows_a_text_that_is_not_marked():
    """The same for the pages' templates."""
    found = [(page.name, words) for page in (WEB / "templates").rglob("*.html") for words in shown(_hollow(page))]
    assert found == []


def test_style_sheets_know_start_and_end_and_no_left_and_right():
    """Pages are read in both directions."""
    found = [
        (sheet.name, words)
        for sheet in (WEB / "static" / "css").glob("*.css")
        for words in _SIDES.findall(re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL))
    ]
    assert found == []


def test_an_unmarked_text_is_noticed():
    """Between tags, in attributes that are read out, in expressions, in constants; classes, names and patterns are none."""
    source = r"""
    const KINDS = { a: "Some words", b: t("Marked well"), "some key": 1, e: `Game ${pin} over`, f: a.t("Not t's") };
    const rest = html`<p class="two words ${x / 2}" data-x=${`${"a-b cd"} is-on`}>Hello ${y ? html`<b title="Read me">${z}</b>`
      : "Nobody"} ${`${n} players`}</p><${Field} label="Name" name="first name" />${text.replace(/`"/g, "") / 2}<i>·</i>`;
    """
    found = {words for words, _ in unmarked(literals(source))}
    assert found == {"Game \0 over", "\0 players", "Hello", "Name", "Nobody", "Not t's", "Read me", "Some words"}


def unmarked(found: Iterator[Literal]) -> Iterator[tuple[str, int]]:
    """What is shown of a script and goes through no catalogue, with its line."""
    for text, line, tag, call, attribute in found:
        if tag == "html":
            yield from ((words, line) for words in shown(text))
        elif (
            call not in NO_READERS
            and attribute not in ("class", "href", "style")
            and _PROSE.search(text)
            and text not in NO_TEXTS
        ):
            yield text, line


def shown(markup: str) -> Iterator[str]:
    """The words of markup that people see or hear."""
    for words in (*_TAG.sub(HOLE, markup).split(HOLE), *_READ_OUT.findall(markup)):
        if _LETTERS.search(words) and words.strip() not in NO_TEXTS:
            yield words.strip()


def _hollow(page: Path) -> str:
    return _EXPRESSION.sub(HOLE, page.read_text(encoding="utf-8"))


def test_what_an_editor_or_an_admin_may_be_told_is_known_to_the_pages():
    """Each reason for which a quiz, a file, an image, a name or a password is refused fits a pattern of `reasons.js`."""
    source = (WEB / "static" / "js" / "authoring" / "reasons.js").read_text(encoding="utf-8")
    patterns = re.findall(r"^  \[/(.+?)/, \(", source, re.MULTILINE)
    assert len(patterns) > 40
    told = [reason for file in REFUSING for reason in _reasons(ROOT / "quiz" / file)]
    assert len(told) > 30
    told += [reason for file in READING for reason in _reasons(ROOT / "quiz" / file, "note") if not _PLACE.fullmatch(reason)]
    assert [reason for reason in told if not any(re.search(pattern, reason) for pattern in patterns)] == []


def _reasons(path: Path, *more: str) -> Iterator[str]:
    """The words that errors are made with, 7 standing for what they quote, without the field's name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in {*TELLING, *more}:
            for text in (one for one in node.args if isinstance(one, ast.Constant | ast.JoinedStr)):
                parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                words = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
                if " " in words:
                    yield re.sub(r"^\w+: ", "", words)


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogues_are_read_as_babel_reads_them(texts, language: str):
    """The few lines that read them at run time find what Babel finds."""
    held = texts.read(language)
    read = catalogues.read(language)
    assert {one.text: one.forms for one in read.messages} == {
        (one.id[0] if one.pluralizable else one.id): list(one.string) if one.pluralizable else [one.string]
        for one in held
        if one.id
    }
    assert read.plural == held.plural_expr


def test_what_needs_care_in_a_file_is_read(tmp_path, monkeypatch):
    """Escapes, texts over several lines, plurals, comments; and what has no translation stays English."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        r"""# Somebody's.
msgid ""
msgstr ""
"Language: de\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: quiz/web/static/js/host/a.js quiz/web/templates/b.html
msgid "One \"line\" \\ and "
"more"
msgstr ""
"Eine \"Zeile\"\n"
"und mehr"

#: quiz/web/static/js/host/a.js
msgid "{count} game"
msgid_plural "{count} games"
msgstr[0] "ein Spiel"
msgstr[1] "{count} Spiele"

msgid "Nothing yet"
msgstr ""
"""
    )
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    found = catalogues.read("de")
    assert found.texts() == {'One "line" \\ and more': 'Eine "Zeile"\nund mehr'}
    told = '{"One \\"line\\" \\\\ and more":"Eine \\"Zeile\\"\\nund mehr"}'
    assert found.script(hosts=False) == f"globalThis.quizTexts={{plural:n=>Number((n != 1)),texts:{told}}};\n"
    assert '"{count} game":["ein Spiel","{count} Spiele"]' in found.script(hosts=True)


def test_a_page_has_the_language_that_somebody_chose_or_else_asks_for():
    """The cookie, the browser's dearest that there is, then the setting; whatever either holds."""
    app = Flask("quiz")

    def of(header: str = "", cookie: str = "") -> str:
        with app.test_request_context("/", headers={"Accept-Language": header, "Cookie": f"quiz_language={cookie}"}):
            return languages.chosen("vi")

    assert of("de-AT,en;q=0.5") == of("fr,de;q=0.9,en;q=0.8") == of("en;q=0.1, DE") == "de"
    assert of("en-GB") == of("ar;q=0, en;q=0.5") == "en"
    assert of("ar-EG-u-nu-arab") == of("de", "ar") == "ar"
    assert of() == of("fr") == of("*") == of("ar;q=0") == of("d\xe9") == of(cookie="<script>") == "vi"
    assert of("es", "klingon") == "es"


def test_there_is_a_catalogue_for_each_language_of_the_settings():
    """And none besides."""
    assert get_args(Language) == languages.LANGUAGES
    assert {path.name for path in catalogues.FOLDER.iterdir()} == set(TRANSLATED)
