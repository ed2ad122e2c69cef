"""The message catalogues in the package, and `python -m build.messages`, which keeps code and catalogues in step.

`check` reports missing, unused, stale and inconsistent messages. `update` brings every translation in line with
English (build/translations.py).

The package gets the catalogues compiled (`.mo`) and the CLDR data that Babel needs for their languages. For each
language it gets the pages' HTML with its texts, a JavaScript module with the texts that scripts use, and `_locales`
with those that the browser shows.
"""

from __future__ import annotations

import ast
import io
import json
import pickle
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

from babel import Locale, localedata
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import Environment, StrictUndefined

from build.layout import CORE, EXTENSION, ROOT
from build.translations import stale, updated
from nutshell.messages import Messages
from nutshell.messages.catalog import SOURCE_LANGUAGE, compile_catalogue
from nutshell.messages.formats import FORMAT_LOCALES, PACKED_DATA, PACKED_LOCALE

CATALOGUES = CORE / "nutshell" / "messages"
PANEL = EXTENSION / "panel" / "panel.html.jinja"
VIEWER = EXTENSION / "viewer" / "viewer.html.jinja"
BROWSER_PREFIX = "browser."  # messages that the browser shows by itself

# The parts of CLDR that nutshell.messages.formats uses.
_LOCALE_DATA = (
    *("date_formats", "datetime_formats", "datetime_skeletons", "day_periods", "days", "decimal_formats"),
    *("default_numbering_system", "languages", "list_patterns", "locale_id", "months", "number_symbols"),
    *("numbering_systems", "plural_form", "time_formats"),
)
_CATEGORY_SAMPLES = (*range(201), 1_000, 10_000, 100_000, 1_000_000)
_PLACEHOLDER = re.compile(r"\{(\w+)(?::\w+)?\}")


def languages() -> list[str]:
    """The languages that have a catalogue, English first."""
    names = sorted(path.stem for path in CATALOGUES.glob("*.po"))
    return sorted(names, key=lambda name: name != SOURCE_LANGUAGE)


def core_files(own: Mapping[str, bytes]) -> dict[str, bytes]:
    """The core's files, with each catalogue compiled, and the locale data."""
    files: dict[str, bytes] = {}
    for name, content in own.items():
        if name.endswith(".po"):
            files[name.removesuffix(".po") + ".mo"] = compile_catalogue(content)
        else:
            files[name] = content
    return files | {f"nutshell/messages/{name}": data for name, data in _packed_locale_data().items()}


@cache
def shell_files() -> dict[str, bytes]:
    """The generated files of the shell, by their names in the package."""
    files = {"catalogue.js": _english_script()}
    for language in languages():
        suffix = ""
        if language != SOURCE_LANGUAGE:
            suffix = f".{tag_of(language)}"
            files[f"catalogues/{tag_of(language)}.js"] = _script_catalogue(language)
        files[f"panel/panel{suffix}.html"] = panel_html(language)
        files[f"viewer/viewer{suffix}.html"] = document_html(VIEWER, language)
        files[f"_locales/{language}/messages.json"] = _browser_catalogue(language)
    return {name: text.encode() for name, text in files.items()}


def tag_of(language: str) -> str:
    """The BCP 47 tag of a catalogue: `zh_CN` is `zh-CN`."""
    return language.replace("_", "-")


def _language_names() -> dict[str, str]:
    """The catalogues' languages by tag, each with its own name for itself."""
    names = {tag_of(language): Locale.parse(language).get_language_name() or language for language in languages()}
    return {tag: name[:1].upper() + name[1:] for tag, name in names.items()}


def panel_html(language: str) -> str:
    return document_html(PANEL, language)


def document_html(template: Path, language: str) -> str:
    messages = Messages(tag_of(language))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(_=messages.html, plural=messages.html_plural)
    return (
        environment.from_string(template.read_text("utf-8")).render(
            language=tag_of(language), languages=_language_names()
        )
        + "\n"
    )


def _english_script() -> str:
    return (
        f"export const languages = {json.dumps([tag_of(language) for language in languages()])};\n"
        f"export const locale = {json.dumps(SOURCE_LANGUAGE)};\n"
        f"export const messages = {_script_texts(SOURCE_LANGUAGE)};\n"
    )


def _script_catalogue(language: str) -> str:
    """A module that a page loads before its scripts, and that workers import."""
    return (
        'import { useMessages } from "../messages.js";\n\n'
        f"export const messages = {_script_texts(language)};\n"
        f"useMessages({json.dumps(tag_of(language))}, messages);\n"
    )


def _script_texts(language: str) -> str:
    catalogue = _catalogue(language)
    texts = {id: _by_category(catalogue, id, language) for id in sorted(_used_in_scripts()) if id in catalogue}
    return json.dumps(texts, ensure_ascii=False, indent=2)


def _by_category(catalogue: Catalog, id: str, language: str) -> str | dict[str, str]:
    """A text, or the plural forms by CLDR category, as Intl.PluralRules names them."""
    message = catalogue[id]
    if not message.pluralizable:
        return str(message.string)
    locale = Locale.parse(language)
    index = Messages(tag_of(language)).plural_index
    forms = _strings(message)
    return {locale.plural_form(n): forms[index(n)] for n in _CATEGORY_SAMPLES}


def _browser_catalogue(language: str) -> str:
    catalogue, english = _catalogue(language), _catalogue(SOURCE_LANGUAGE)
    texts = {
        browser_id(str(message.id)): {"message": (catalogue.get(message.id) or message).string or message.string}
        for message in english
        if str(message.id).startswith(BROWSER_PREFIX)
    }
    return json.dumps(texts, ensure_ascii=False, indent=2) + "\n"


def browser_id(id: str) -> str:
    """The id as the browser allows it in `_locales`: without dots."""
    return id.replace(".", "_")


def _packed_locale_data() -> dict[str, bytes]:
    """What nutshell.messages.formats loads where Babel's own files cannot be opened."""
    packed: dict[str, Any] = {PACKED_DATA: {"language_aliases": get_global("language_aliases")}}
    for name in (FORMAT_LOCALES.get(tag_of(language), language) for language in languages()):
        data = localedata.load(name)
        packed[PACKED_LOCALE.format(locale=name)] = {key: data[key] for key in _LOCALE_DATA if key in data}
    return {name: pickle.dumps(data, protocol=5) for name, data in packed.items()}


# The check


@dataclass(slots=True)
class Report:
    """`errors` fail the check. `fallbacks`, the messages that a language takes from English, fail it too."""

    errors: list[str] = field(default_factory=list)
    fallbacks: dict[str, list[str]] = field(default_factory=dict)


def check(catalogues: Mapping[str, Catalog], used: Mapping[str, str]) -> Report:
    """Compare the catalogues with each other and with `used`: ids, and a file that uses each."""
    report = Report()
    english = {str(_id(message)): message for message in catalogues[SOURCE_LANGUAGE] if message.id}
    report.errors += [f"{path}: {id} is not in the English catalogue" for id, path in used.items() if id not in english]
    report.errors += [f"en.po: {id} is not used" for id in english if id not in used]
    report.errors += [f"en.po: {id} has no text" for id, message in english.items() if not _complete(message)]
    report.errors += [f"en.po: the forms of {id} have different placeholders" for id in english if _uneven(english[id])]
    for language, catalogue in catalogues.items():
        if language == SOURCE_LANGUAGE:
            continue
        own = {str(_id(message)): message for message in catalogue if message.id}
        report.errors += [f"{language}.po: {id} is not in the English catalogue" for id in own if id not in english]
        done = {id for id, message in own.items() if id in english and _complete(message) and not message.fuzzy}
        report.errors += [
            f"{language}.po: the English text of {id} changed. Run python -m build.messages update"
            for id in sorted(own.keys() & english.keys())
            if stale(own[id], english[id])
        ]
        for id in sorted(done):
            if own[id].pluralizable != english[id].pluralizable:
                report.errors.append(f"{language}.po: {id} has plural forms in only one of the languages")
            elif _placeholders(own[id]) != _placeholders(english[id]):
                report.errors.append(f"{language}.po: the placeholders of {id} differ from the English ones")
        report.fallbacks[language] = [id for id in english if id not in done]
    return report


def used_ids() -> dict[str, str]:
    """Every id in Python, templates, scripts, the panel and the manifest, with a file that uses it."""
    used: dict[str, str] = {}
    for path, ids in _sources():
        for id in ids:
            used.setdefault(id, path.relative_to(ROOT).as_posix())
    return used


def _sources() -> Iterator[tuple[Path, set[str]]]:
    python = {"text": None, "plural": None, "Message": None, "message": None}
    for path in sorted((CORE / "nutshell").rglob("*.py")):
        yield path, _extracted(extract_python, path.read_bytes(), python)
    html = {"_": None, "plural": None}
    for path in (*sorted((CORE / "nutshell" / "views" / "templates").glob("*.html")), PANEL, VIEWER):
        yield path, _extracted("jinja2.ext:babel_extract", path.read_bytes(), html)
    for path in sorted(EXTENSION.rglob("*.js")):
        source = path.read_bytes()
        names = re.findall(rb'getMessage\("(\w+)"', source)
        yield path, _script_ids(source) | {_from_browser_id(name.decode()) for name in names}
    manifest = EXTENSION / "manifest.json.jinja"
    yield manifest, {_from_browser_id(name) for name in re.findall(r"__MSG_(\w+)__", manifest.read_text("utf-8"))}


def _script_ids(source: bytes) -> set[str]:
    return _extracted("javascript", source, {"text": None, "plural": None})


@cache
def _used_in_scripts() -> frozenset[str]:
    return frozenset(id for path in EXTENSION.rglob("*.js") for id in _script_ids(path.read_bytes()))


def _extracted(method: str | Callable[..., Any], source: bytes, keywords: Mapping[str, None]) -> set[str]:
    """Literal ids in calls of the keywords. An id has a dot; other strings are no ids."""
    found = extract(method, io.BytesIO(source), keywords=dict(keywords))
    first = (ids[0] if isinstance(ids, tuple) else ids for _line, ids, *_rest in found)
    return {str(id) for id in first if id and re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", str(id))}


def extract_python(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """An extraction method for Babel, whose own for Python misses calls with calls among their arguments."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in keywords and isinstance(node.args[0].value, str):
                yield node.lineno, name, node.args[0].value, []


def _from_browser_id(name: str) -> str:
    return name.replace("_", ".", 1)


def _catalogue(language: str) -> Catalog:
    return _read(CATALOGUES / f"{language}.po")


def _read(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), locale=path.stem, abort_invalid=True)


def _id(message: Any) -> Any:
    return message.id[0] if message.pluralizable else message.id


def _strings(message: Any) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (message.string,)


def _complete(message: Any) -> bool:
    return all(_strings(message))


def _placeholders(message: Any) -> set[str]:
    return {name for string in _strings(message) for name in _PLACEHOLDER.findall(string)}


def _uneven(message: Any) -> bool:
    """The forms of one message may leave out only the count."""
    forms = [set(_PLACEHOLDER.findall(string)) - {"count"} for string in _strings(message)]
    return any(form != forms[0] for form in forms)


def main() -> int:
    if sys.argv[1:] == ["update"]:
        english = _catalogue(SOURCE_LANGUAGE)
        for language in languages():
            if language != SOURCE_LANGUAGE:
                path = CATALOGUES / f"{language}.po"
                path.write_bytes(updated(path.read_bytes(), _catalogue(language), english))
        return 0
    if sys.argv[1:] != ["check"]:
        print("usage: python -m build.messages check|update", file=sys.stderr)
        return 2
    report = check({language: _catalogue(language) for language in languages()}, used_ids())
    for language, ids in report.fallbacks.items():
        if ids:
            print(f"{language}.po: {len(ids)} messages are missing or fuzzy: {', '.join(ids)}", file=sys.stderr)
    for error in report.errors:
        print(error, file=sys.stderr)
    return 1 if report.errors or any(report.fallbacks.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
