"""The form of a recipe: time and yield, the ingredients by name, the steps in brief."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nutshell.records.message import Message
from nutshell.records.summary import Point
from nutshell.structured_data import Recipe
from nutshell.text.sentences import split_text

from ..candidates import is_boilerplate
from ..shortening import shorten
from .page import Form, ScoredPage, minutes_message, squeezed

_MIN_INGREDIENTS, _MAX_INGREDIENTS, _MAX_NAME = 2, 12, 48
_MIN_STEPS, _MAX_STEPS, _MIN_STEP_CHARS, _MIN_STEP_WORDS = 2, 7, 12, 3
_DEVICE = re.compile(r"\b(?:your (?:device|screen|browser)|cook(?:ing)? mode)\b", re.IGNORECASE)
_MAX_YIELD = 40
# A stated recipe is on the page if most of its lines are.
_FOUND = 0.5
_UNIT = (
    r"(?:k?g|kilos?|mg|ml|cl|dl|l|litres?|liters?|oz|ounces?|lbs?|pounds?|cups?|tbsps?|tbs|tsps?|teaspoons?|tablespoons?"
    r"|pints?|quarts?|fl\.? oz|grams?|gramm|el|tl|stk|stück|pck|pkg|prisen?|bund|becher|dosen?|msk|tsk|krm|ss|ts|st"
    r"|cuill(?:è|e)res? (?:à|a) (?:soupe|café)|cuillères?|c\.? ?à ?(?:s|c)"
    r"|cucharad(?:it)?as?|tazas?|gramos?|cucchiai(?:ni)?o?"
    r"|eetlepels?|theelepels?|pinch(?:es)?|dash(?:es)?|cloves?|cans?|tins?|packages?|packets?|packs?|sticks?|slices?"
    r"|handfuls?|bunch(?:es)?|sprigs?|stalks?|heads?|jars?|batch(?:es)?|bottles?|inch(?:es)?|pieces?)"
)
_NUMBER = r"(?:\d[\d.,/⁄]*|[½⅓⅔¼¾⅛⅜⅝⅞]|(?:a|an|one|two|three|half)\b)"
_AMOUNT = re.compile(
    rf"^(?:(?:about|approx\.?|ca\.?|circa|around|up to|scant|heaping|generous)\s+)?"
    rf"{_NUMBER}(?:\s*(?:[½⅓⅔¼¾⅛⅜⅝⅞]|[-–—/x×]|to|bis|or|and|&)?\s*{_NUMBER})*\s*"
    rf"(?:\([^)]*\)\s*)?(?:(?:large|small|medium|heaping|level|scant|big|fluid)\s+)?(?:{_UNIT}\b\.?\s*)?(?:\([^)]*\)\s*)?"
    rf"(?:[/|]\s*{_NUMBER}[^a-zà-ÿ]*{_UNIT}?\b\.?\s*)?(?:(?:of|de|di|van)\s+|d['’])?",
    re.IGNORECASE,
)
_UNIT_FIRST = re.compile(rf"^{_UNIT}\.?\s+(?:(?:of|de)\s+)?(?=\w{{3}})", re.IGNORECASE)
_AMOUNT_LAST = re.compile(rf"[\s,:–-]+{_NUMBER}[\d\s.,/–-]*{_UNIT}?\.?$", re.IGNORECASE)
_ASIDE = re.compile(r"\s*(?:\([^)]*\)?|\[[^\]]*\]|\*+)")
_BRACKET = re.compile(r"[()\[\]]")
_DETAIL = re.compile(r"\s*(?:,|;|\s[-–—]\s|\bor\b|\bplus\b|\bfor\b|\bto (?:taste|serve)\b).*$", re.IGNORECASE)
# "boneless, skinless chicken thighs"
_QUALITY_FIRST = re.compile(
    r"^((?:boneless|skinless|bone-in|skin-on|fresh|large|small|medium|ripe|dried|frozen|cold|hot|warm|cooked|raw|unsalted"
    r"|salted|lean|thick|thin|extra|low-sodium|reduced-sodium)),\s+",
    re.IGNORECASE,
)
_PLAIN_NUMBER = re.compile(r"\d{1,3}(?:\s?[-–]\s?\d{1,3})?")
_SERVES = re.compile(r"^(?:serves|makes|yields?|servings|portions?|für|pour)\s*:?\s+", re.IGNORECASE)


def recipe_form(page: ScoredPage) -> Form:
    recipe = page.article.data.recipe if page.article.data else None
    if recipe is None:
        return Form()
    ingredients = [name for line in recipe.ingredients if (name := ingredient_name(line))]
    names = list(dict.fromkeys(ingredients))
    if len(names) < _MIN_INGREDIENTS:
        return Form()
    text, more = ", ".join(names[:_MAX_INGREDIENTS]), len(names) - _MAX_INGREDIENTS
    label = Message("form.ingredients_more", {"number": more}) if more > 0 else Message("form.ingredients")
    steps = _steps(page, recipe)
    lines = [*_time_and_yield(page, recipe), page.composed(label, text, _found(page, recipe.ingredients)), *steps]
    return Form(tuple(lines), complete=len(steps) >= _MIN_STEPS)


def ingredient_name(line: str) -> str:
    """Returns an ingredient without its amount and how it is prepared; "" for a heading or a sentence."""
    text = _BRACKET.sub("", _ASIDE.sub("", line)).strip(" •·▢☐-–—*/\t")
    if text.endswith(":") or _SERVES.match(text) or not any(char.isalpha() for char in text):
        return ""
    text = _QUALITY_FIRST.sub(r"\1 ", _UNIT_FIRST.sub("", _AMOUNT.sub("", text)))
    name = _AMOUNT_LAST.sub("", _DETAIL.sub("", text)).strip(" ,.;:–-")
    name = re.sub(r"^/\w{1,2}\s+", "", name)
    return name if len(name) > 1 and any(char.isalpha() for char in name) and len(name) <= _MAX_NAME else ""


def _time_and_yield(page: ScoredPage, recipe: Recipe) -> list[Point]:
    minutes = recipe.total_time or recipe.prep_time + recipe.cook_time
    made = _SERVES.sub("", recipe.servings).strip(" .:")
    if len(made) > _MAX_YIELD:
        made = ""
    servings: Message | str = Message("form.servings", {"number": made}) if _PLAIN_NUMBER.fullmatch(made) else made
    time = minutes_message(minutes)
    where = [
        number
        for number, block in enumerate(page.article.blocks)
        if len(block.text) < 200 and recipe.servings and _says(block.text, recipe.servings)
    ][:1]
    if minutes and made:
        return [page.composed(Message("form.time_and_yield", {"time": time, "yield": servings}), "", where)]
    if minutes:
        return [page.composed(Message("form.time", {"time": time}))]
    return [page.composed(Message("form.yield", {"yield": servings}), "", where)] if made else []


def _says(text: str, servings: str) -> bool:
    if _PLAIN_NUMBER.fullmatch(servings):
        return (
            re.search(
                rf"\b{re.escape(servings)}\b\s*(?:serv|port|pers|people)|(?:serves|yields?|servings?)\b\W*{re.escape(servings)}\b",
                text,
                re.IGNORECASE,
            )
            is not None
        )
    return squeezed(servings) in squeezed(text)


def _found(page: ScoredPage, lines: Sequence[str]) -> list[int]:
    """Returns the blocks of most of the lines, which stand together; none if they are elsewhere."""
    found: list[int] = []
    for line in lines:
        number = page.find(line, found[-1] if found else 0)
        if number is not None:
            found.append(number)
    return found if len(found) >= _FOUND * len(lines) and found[-1] - found[0] <= 3 * len(lines) + 3 else []


def _steps(page: ScoredPage, recipe: Recipe) -> list[Point]:
    """Returns the first sentence of each step; of the longest, if there are many."""
    steps = [_without_name(step) for step in recipe.steps if _is_step(step)]
    if len(steps) < _MIN_STEPS:
        return []
    kept = sorted(range(len(steps)), key=lambda number: -len(steps[number]))[:_MAX_STEPS]
    points: list[Point] = []
    after = 0
    for number in sorted(kept):
        label = Message("form.step", {"number": number + 1})
        block = page.find(steps[number], after)
        if block is None:
            block = page.find(steps[number].partition(". ")[0], after)
        sentence = None if block is None else _sentence_of(page, block, steps[number])
        if block is None or sentence is None:
            points.append(page.composed(label, _brief(steps[number], page.lang), [] if block is None else [block]))
        else:
            after = block
            points.append(page.sentence(sentence, label))
    return points


def _is_step(step: str) -> bool:
    """Whether it is not a control of the page: "Need to start again?", "Recipe complete!"."""
    control = step.endswith("?") or (step.endswith("!") and len(step.split()) < _MIN_STEP_WORDS)
    return len(step) >= _MIN_STEP_CHARS and not control and not _DEVICE.search(step) and not is_boilerplate(step)


def _without_name(step: str) -> str:
    """Returns the step without a name that is only its first words: "Slice the...: Slice the potatoes."."""
    name, _, text = step.partition(": ")
    start = squeezed(name)
    return text if start and squeezed(text).startswith(start) else step


def _brief(step: str, lang: str) -> str:
    start, end = next(
        ((start, end) for start, end in split_text(step, lang) if end - start >= _MIN_STEP_CHARS), (0, len(step))
    )
    sentence = step[start:end]
    start, end = shorten(sentence, lang)
    return sentence[start:end]


def _sentence_of(page: ScoredPage, block: int, step: str) -> int | None:
    """Returns the sentence of the block with which the step begins."""
    start = squeezed(step)
    for number, sentence in enumerate(page.sentences):
        if sentence.block == block:
            own = squeezed(sentence.text)
            if len(sentence.text) >= _MIN_STEP_CHARS and (own in start or start in own):
                return number
    return None
