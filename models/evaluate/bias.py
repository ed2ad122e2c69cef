"""Whether a summary depends on who a page is about, or on who published it.

Counterfactuals of real articles: the person whom an article mentions most gets another name, throughout; nothing
else changes. Each swap to another group is held against a control, a swap for another name of the same group, since any
other word moves the scores a little.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np

from models.evaluate import names
from models.evaluate.page import Result
from models.evaluate.product import Product
from models.evaluate.sets import Text, cnn, xsum
from models.evaluate.statistics import bootstrap, share
from models.tables import Table
from nutshell.article import Article, Block
from nutshell.summary.summarizer import build_summary
from nutshell.text.sentences import split

ARTICLES, QUICK = 120, 8
_PERSON = re.compile(r"\b([A-Z][a-z]+) (?:[A-Z]\. )?((?:Mc|Mac|O')?[A-Z][a-z]{2,})\b")
_OUTLET = re.compile(r"\bCNN\b(?!\.com)")
_FEWEST = 3  # mentions of a person
_CONTROL, _GENDER = "control: same group", "gender: male to female"


@dataclass(frozen=True, slots=True)
class Effect:
    """Of one swap in one article: how far salience moved, whither, and whether other points were chosen.

    Salience is 0 to 100, over the sentences that carry the name.
    """

    apart: float
    signed: float
    changed: bool


def measure(quick: bool) -> Result:
    product = Product()
    most = QUICK if quick else ARTICLES
    people = _about_people([*cnn(), *xsum()], most)
    effects = _effects(product, people, lambda text, dice: _renamed(text, dice, people[text]))
    tables = [_table("a person's name", effects)]
    figures: dict[str, Any] = {"names": _numbers(effects)}
    outlets = {text: len(_OUTLET.findall(text.article.text)) for text in cnn() if _OUTLET.search(text.article.text)}
    outlets = dict(list(outlets.items())[:most])
    effects = _effects(product, outlets, _republished)
    tables.append(_table("the outlet's name", effects))
    figures["outlets"] = _numbers(effects)
    return Result(
        "bias",
        tables,
        figures=figures,
        plots={"bias": "How far salience moves, and whither, when only a name changes"},
    )


@dataclass(frozen=True, slots=True)
class Person:
    given: str
    family: str
    gender: str


def _about_people(texts: Sequence[Text], most: int) -> dict[Text, Person]:
    found: dict[Text, Person] = {}
    for text in texts:
        person = person_of(text.article.text)
        if person is not None and len(found) < most:
            found[text] = person
    return found


def person_of(text: str) -> Person | None:
    """The person named most often; None where nobody is, or where a relative shares the family name."""
    full = Counter((given, family) for given, family in _PERSON.findall(text) if _gender(given))
    by_family: dict[str, set[str]] = {}
    for given, family in _PERSON.findall(text):
        by_family.setdefault(family, set()).add(given)
    best, mentions = None, _FEWEST - 1
    for given, family in full:
        count = len(re.findall(rf"\b{family}\b", text))
        if count > mentions and by_family[family] == {given}:
            best, mentions = Person(given, family, _gender(given)), count
    return best


def _gender(given: str) -> str:
    return next((gender for gender, known in names.FOUND.items() if given in known), "")


def rename(text: str, person: Person, given: str, family: str) -> str:
    """`person` by another name, wherever the given or the family name stands."""
    text = re.sub(rf"\b{person.family}\b", lambda _: family, text)
    return re.sub(rf"\b{person.given}\b", lambda _: given, text)


@dataclass(frozen=True, slots=True)
class Version:
    """An article with one name changed. `sign` turns what moved into the direction that the group's name tells."""

    article: Article
    name: str
    sign: int = 1


def _renamed(text: Text, dice: Random, person: Person) -> dict[str, Version]:
    """Group -> the article with a name of that group; the base is ""."""
    other = "male" if person.gender == "female" else "female"

    def drawn(origin: str, gender: str, count: int = 1) -> list[tuple[str, str]]:
        group = names.ORIGINS[origin]
        return list(zip(dice.sample(group.given(gender), count), dice.sample(group.family, count), strict=True))

    base, control = drawn(names.BASE, person.gender, 2)
    chosen = {"": base, _CONTROL: control, _GENDER: drawn(names.BASE, other)[0]}
    chosen |= {f"origin: {o}": drawn(o, person.gender)[0] for o in names.ORIGINS if o != names.BASE}
    return {
        group: Version(
            _changed(text.article, lambda t, given=given, family=family: rename(t, person, given, family)),  # type: ignore[misc]
            family,
            -1 if group == _GENDER and other == "male" else 1,
        )
        for group, (given, family) in chosen.items()
    }


def _republished(text: Text, dice: Random) -> dict[str, Version]:
    base, control = dice.sample(names.OUTLETS[names.BASE_OUTLETS], 2)
    chosen = {"": base, _CONTROL: control}
    chosen |= {group: dice.choice(outlets) for group, outlets in names.OUTLETS.items() if group != names.BASE_OUTLETS}
    return {
        group: Version(_changed(text.article, lambda t, name=name: _OUTLET.sub(name, t)), name)  # type: ignore[misc]
        for group, name in chosen.items()
    }


def _changed(article: Article, change: Callable[[str], str]) -> Article:
    blocks = tuple(Block(block.role, change(block.text)) for block in article.blocks)
    return replace(article, blocks=blocks, title=change(article.title))


def _effects(
    product: Product, texts: Mapping[Text, Any], swap: Callable[[Text, Random], dict[str, Version]]
) -> dict[str, list[Effect]]:
    """Group -> one effect an article; articles that a swap would cut into other sentences are left out."""
    found: dict[str, list[Effect]] = {}
    for text in texts:
        versions = swap(text, Random(text.id))
        cuts = {group: [s.text for s in split(version.article)] for group, version in versions.items()}
        named = [number for number, sentence in enumerate(cuts[""]) if versions[""].name in sentence]
        if len({len(cut) for cut in cuts.values()}) > 1 or not named:
            continue
        seen = {group: _seen(product, version.article) for group, version in versions.items()}
        scores, points = seen.pop("")
        for group, (others, theirs) in seen.items():
            moved = 100 * (others - scores)[named]
            signed = versions[group].sign * float(moved.mean())
            found.setdefault(group, []).append(Effect(float(np.abs(moved).mean()), signed, points != theirs))
    return found


def _seen(product: Product, article: Article) -> tuple[np.ndarray[Any, Any], tuple[int, ...]]:
    scored = product.score(article)
    points = build_summary(article, scored, None).points
    return np.array(scored.salience.scores), tuple(point.index for point in points)


def _numbers(effects: Mapping[str, Sequence[Effect]]) -> dict[str, Any]:
    control = effects[_CONTROL]
    found: dict[str, Any] = {}
    for group, ours in effects.items():
        pairs = list(zip(ours, control, strict=True))
        found[group] = {
            "articles": len(ours),
            "apart": bootstrap([e.apart for e in ours]),
            "signed": bootstrap([e.signed for e in ours]),
            "changed": share(sum(e.changed for e in ours), len(ours)),
            "apart less control": bootstrap([a.apart - b.apart for a, b in pairs]),
            "changed less control": bootstrap([100.0 * (a.changed - b.changed) for a, b in pairs]),
        }
    return found


def _table(what: str, effects: Mapping[str, Sequence[Effect]]) -> Table:
    rows = []
    numbers_of = _numbers(effects)
    for group, numbers in numbers_of.items():
        rows.append(
            [
                group,
                str(numbers["apart"]),
                "" if group == _CONTROL else str(numbers["apart less control"]),
                str(numbers["signed"]),
                f"{numbers['changed'].mean:.1f} [{numbers['changed'].low:.1f}, {numbers['changed'].high:.1f}]",
                "" if group == _CONTROL else str(numbers["changed less control"]),
            ]
        )
    return Table(
        ["swapped into", "salience apart", "less control", "salience moved", "other points chosen, %", "less control"],
        rows,
        title=f"Only {what} changed",
        note=f"{numbers_of[_CONTROL]['articles']} articles.",
    )
