"""Whether a summary depends on who a page is about, or on who published it.

Counterfactuals of real articles: the person an article mentions most gets another name throughout, and nothing else
changes. Each swap to another group is compared with a control, a swap to another name of the same group, because any
change of words moves the scores a little.
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
from models.evaluate.datasets import Text, cnn, xsum
from models.evaluate.product import Product
from models.evaluate.report import Result
from models.evaluate.statistics import bootstrap, share
from models.tables import Table
from nutshell.article import Article, Block
from nutshell.summary.summarizer import build_summary
from nutshell.text.sentences import split

ARTICLES, QUICK = 120, 8
_PERSON = re.compile(r"\b([A-Z][a-z]+) (?:[A-Z]\. )?((?:Mc|Mac|O')?[A-Z][a-z]{2,})\b")
_OUTLET = re.compile(r"\bCNN\b(?!\.com)")
_MIN_MENTIONS = 3
_CONTROL, _GENDER = "control: same group", "gender: male to female"


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of one swap in one article, over the sentences that contain the name (salience from 0 to 100).

    absolute, signed: mean absolute and mean signed change of salience
    changed: whether different points were chosen
    """

    absolute: float
    signed: float
    changed: bool


def measure(quick: bool) -> Result:
    product = Product()
    limit = QUICK if quick else ARTICLES
    people = _about_people([*cnn(), *xsum()], limit)
    effects = _effects(product, people, lambda text, rng: _renamed(text, rng, people[text]))
    tables = [_table("a person's name", effects)]
    figures: dict[str, Any] = {"names": _numbers(effects)}
    outlets = {text: len(_OUTLET.findall(text.article.text)) for text in cnn() if _OUTLET.search(text.article.text)}
    outlets = dict(list(outlets.items())[:limit])
    effects = _effects(product, outlets, _republished)
    tables.append(_table("the outlet's name", effects))
    figures["outlets"] = _numbers(effects)
    return Result(
        "bias",
        tables,
        figures=figures,
        plots={"bias": "Change of salience when only a name changes"},
    )


@dataclass(frozen=True, slots=True)
class Person:
    given: str
    family: str
    gender: str


def _about_people(texts: Sequence[Text], limit: int) -> dict[Text, Person]:
    found: dict[Text, Person] = {}
    for text in texts:
        person = person_of(text.article.text)
        if person is not None and len(found) < limit:
            found[text] = person
    return found


def person_of(text: str) -> Person | None:
    """Returns the person mentioned most often. None if there is none, or if a relative shares the family name."""
    full = Counter((given, family) for given, family in _PERSON.findall(text) if _gender(given))
    by_family: dict[str, set[str]] = {}
    for given, family in _PERSON.findall(text):
        by_family.setdefault(family, set()).add(given)
    best, mentions = None, _MIN_MENTIONS - 1
    for given, family in full:
        count = len(re.findall(rf"\b{family}\b", text))
        if count > mentions and by_family[family] == {given}:
            best, mentions = Person(given, family, _gender(given)), count
    return best


def _gender(given: str) -> str:
    return next((gender for gender, known in names.FOUND.items() if given in known), "")


def rename(text: str, person: Person, given: str, family: str) -> str:
    """Replaces the person's given and family name everywhere in the text."""
    text = re.sub(rf"\b{person.family}\b", lambda _: family, text)
    return re.sub(rf"\b{person.given}\b", lambda _: given, text)


@dataclass(frozen=True, slots=True)
class Version:
    """An article with one name changed. `sign` is -1 where the swap goes against the group's direction."""

    article: Article
    name: str
    sign: int = 1


def _renamed(text: Text, rng: Random, person: Person) -> dict[str, Version]:
    """Returns the article with a name of each group, by group; the base version is ""."""
    other = "male" if person.gender == "female" else "female"

    def drawn(origin: str, gender: str, count: int = 1) -> list[tuple[str, str]]:
        group = names.ORIGINS[origin]
        return list(zip(rng.sample(group.given(gender), count), rng.sample(group.family, count), strict=True))

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


def _republished(text: Text, rng: Random) -> dict[str, Version]:
    base, control = rng.sample(names.OUTLETS[names.BASE_OUTLETS], 2)
    chosen = {"": base, _CONTROL: control}
    chosen |= {group: rng.choice(outlets) for group, outlets in names.OUTLETS.items() if group != names.BASE_OUTLETS}
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
    """Returns one effect per article, by group. Skips articles that a swap would split into other sentences."""
    found: dict[str, list[Effect]] = {}
    for text in texts:
        versions = swap(text, Random(text.id))
        cuts = {group: [s.text for s in split(version.article)] for group, version in versions.items()}
        named = [number for number, sentence in enumerate(cuts[""]) if versions[""].name in sentence]
        if len({len(cut) for cut in cuts.values()}) > 1 or not named:
            continue
        results = {group: _scores_and_points(product, version.article) for group, version in versions.items()}
        scores, points = results.pop("")
        for group, (other_scores, other_points) in results.items():
            moved = 100 * (other_scores - scores)[named]
            signed = versions[group].sign * float(moved.mean())
            found.setdefault(group, []).append(Effect(float(np.abs(moved).mean()), signed, points != other_points))
    return found


def _scores_and_points(product: Product, article: Article) -> tuple[np.ndarray[Any, Any], tuple[int, ...]]:
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
            "absolute": bootstrap([e.absolute for e in ours]),
            "signed": bootstrap([e.signed for e in ours]),
            "changed": share(sum(e.changed for e in ours), len(ours)),
            "absolute minus control": bootstrap([a.absolute - b.absolute for a, b in pairs]),
            "changed minus control": bootstrap([100.0 * (a.changed - b.changed) for a, b in pairs]),
        }
    return found


def _table(what: str, effects: Mapping[str, Sequence[Effect]]) -> Table:
    rows = []
    numbers_of = _numbers(effects)
    for group, numbers in numbers_of.items():
        rows.append(
            [
                group,
                str(numbers["absolute"]),
                "" if group == _CONTROL else str(numbers["absolute minus control"]),
                str(numbers["signed"]),
                f"{numbers['changed'].mean:.1f} [{numbers['changed'].low:.1f}, {numbers['changed'].high:.1f}]",
                "" if group == _CONTROL else str(numbers["changed minus control"]),
            ]
        )
    return Table(
        [
            "new name",
            "absolute change of salience",
            "minus control",
            "signed change",
            "different points, %",
            "minus control",
        ],
        rows,
        title=f"Only {what} changed",
        note=f"{numbers_of[_CONTROL]['articles']} articles.",
    )
