"""Recipes in the text of pages: where a page has no schema.org data, or its data leaves out the amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nutshell.structured_data import Recipe

from .plain_text import clean
from .titles import letters

_INGREDIENTS = re.compile(
    r"(?:the )?ingredients?(?: list)?|what you(?:'ll|’ll| will)? need|you(?:'ll|’ll| will) need|zutaten(?:liste)?"
    r"|das brauchst du"
    r"|(?:les )?ingr[ée]dients|ingredientes|ingredienti|ingredi[ëe]nten|ingredienser|ingrediente|sk[łl]adniki|suroviny"
    r"|ingrediencie|hozz[áa]val[óo]k|ainekset|sastojci|sestavine|malzemeler|υλικά|συστατικά|ингредиенты|інгредієнти"
    r"|продукти"
    r"|nguyên liệu|bahan(?:-bahan)?|材料|食材|用料|재료|المكونات|مصادر|מצרכים",
    re.IGNORECASE,
)
# "Zutaten für 4 Personen", "Ingredients (12 muffins)": what follows the name of the section.
_FOR = re.compile(r"\s*(?:\([^)]*\)|\b(?:for|für|pour|para|per|voor|til|för|dla|на|pro)\b.{0,40})$", re.IGNORECASE)
_SERVINGS = re.compile(
    r"\d+\s*(?:servings?|portions?|persons?|people|port(?:ion(?:en|er)?|s)?|pers(?:onen|onas|onnes|oner)?|porzioni"
    r"|porciones|porções|stücke?|personnes|porce|porcj[ei]|人分|인분|人份)\W*",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"(?:cooking |baking |recipe )?(?:instructions?|directions?|methods?|preparation|procedure|steps)|how to (?:make"
    r"|cook|prepare)\b.{0,40}"
    r"|zubereitung|anleitung|so (?:geht's|geht’s|wird's gemacht)|pr[ée]paration|étapes|recette"
    r"|(?:modo de )?preparaci[óo]n|elaboraci[óo]n"
    r"|instrucciones|preparazione|procedimento|bereiding(?:swijze)?|aan de slag|fremgangsm[åa](?:te|de)|tillagning"
    r"|g[öo]r s[åa] h[äa]r"
    r"|slik gjør du(?: det)?|s[åa]dan gør du|s[åa] g[öo]r du"
    r"|framg[åa]ngss[äa]tt|przygotowanie|wykonanie|spos[óo]b przygotowania|modo de (?:preparo|fazer)"
    r"|preparo|postup"
    r"|elk[ée]sz[íi]t[ée]s|valmistus(?:ohje)?|priprema|priprava|yap[ıi]l[ıi][şs][ıi]|haz[ıi]rlan[ıi][şs][ıi]"
    r"|εκτέλεση|οδηγίες"
    r"|приготовление|приготування|cách (?:làm|nấu)|cara (?:membuat|memasak)|作り方|手順|做法|步骤|步驟"
    r"|만드는 ?법|조리 ?(?:순서|방법)"
    r"|طريقة التحضير|אופן ההכנה",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:recipe |chef'?s? |cook'?s? )?(?:notes?|tips?|nutrition.*|storage.*|equipment|faqs?.*|comments?.*|reviews?"
    r"|related.*|more .*|you (?:may|might).*"
    r"|did you make.*|leave a .*|share.*|print.*|save.*|variations?.*|serving suggestions?|video|about.*|tags?"
    r"|notizen|n[äa]hrwerte.*|kommentare.*"
    r"|notes? .*|conseils?|notas?|consejos|note|consigli|valori nutrizionali.*|voedingswaarde.*|n[æa]ring.*|σχόλια"
    r"|tip)\W*",
    re.IGNORECASE,
)
STEP_NUMBER = re.compile(
    r"^(?:(?:step|schritt|étape|etape|paso|passo|stap|steg|krok)\s*)?\d{1,2}\s*[.):]\s+(?=\S)", re.IGNORECASE
)
# "6", "1 ½ tsp.": the name of the ingredient is in the next block.
_AMOUNT = re.compile(
    r"[\d½⅓⅔¼¾⅛][\d\s/.,½⅓⅔¼¾⅛–-]*(?:\s?(?:k?g|gr|mg|ml|cl|dl|l|oz|lbs?|cups?|tbsps?|tsps?|teaspoons?|tablespoons?|el|tl"
    r"|stk|stuks?|pcs?|krm|msk|tsk|ss|ts|grams?|gramm|[^\W\d]{1,6}\.(?:\s?[^\W\d]{1,3}\.)*))?",
    re.IGNORECASE,
)
_STARTS_WITH_AMOUNT = re.compile(r"[\d½⅓⅔¼¾⅛]")
_MEASURE = re.compile(
    r"^[\d½⅓⅔¼¾⅛][\d\s/.,½⅓⅔¼¾⅛–-]*(?:kg|g|gr|mg|ml|cl|dl|l|oz|ounces?|lbs?|pounds?|cups?|tbsps?|tbs|tsps?|teaspoons?"
    r"|tablespoons?|el|tl|krm|msk|tsk|ss|ts|prise|pinch|cloves?)\b",
    re.IGNORECASE,
)
_FEWEST_LINES, _MEASURED_SHARE, _MORE = 4, 0.5, 1.3
_MAX_INGREDIENTS, _MAX_STEPS = 80, 60
_MAX_INGREDIENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    level: int  # of a heading; 0 for everything else
    item: bool = False

    @property
    def name(self) -> str:
        return _FOR.sub("", self.text.strip(" :：*•-–—.")).strip(" :：")


def complete_recipe(stated: Recipe | None, blocks: Iterable[Any], title: str) -> Recipe | None:
    """Returns the recipe that the page's data states, with what only its text has. `blocks` are in their wire form.

    Without stated ingredients and steps, the text must have a heading for each of them, or a list of measured
    ingredients with the steps right below.
    """
    lines = [line for block in blocks if (line := _line(block))]
    ingredients, steps = _ingredients(lines), _steps(lines)
    if stated and stated.ingredients:
        if not _completes(stated.ingredients, ingredients):
            ingredients = _with_amounts(stated.ingredients, lines)
        return replace(stated, ingredients=ingredients, steps=_fuller(stated.steps, steps))
    steps = (stated and stated.steps) or steps
    if not ingredients and not steps:
        ingredients, steps = _unnamed(lines)
    if not ingredients or not steps:
        return stated
    return replace(stated or Recipe(name=title), ingredients=ingredients, steps=steps)


def _completes(stated: tuple[str, ...], found: tuple[str, ...]) -> bool:
    """Returns whether the page lists the stated ingredients and more, or the same with their amounts."""
    everything = letters(" ".join(found))
    if sum(letters(text) in everything for text in stated) < 0.8 * len(stated):
        return False
    named_only = not any(c.isdigit() for text in stated for c in text) and any(c.isdigit() for c in everything)
    return len(found) >= (_MORE if not named_only else 1) * len(stated)


def _fuller(stated: tuple[str, ...], found: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the stated steps, unless these are only the names of groups of steps."""
    names = all(text.endswith(":") or len(text.split()) < 3 for text in stated)
    return found if names and sum(map(len, found)) > sum(map(len, stated)) else stated


def _unnamed(lines: list[_Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the first list of measured ingredients with the text below it, on a page that names neither."""
    for start, line in enumerate(lines):
        end = start
        while end < len(lines) and lines[end].item:
            end += 1
        if end - start < _FEWEST_LINES or (start and lines[start - 1].item):
            continue
        found = tuple(line.text for line in lines[start:end])
        measured = sum(bool(_MEASURE.match(text)) for text in found)
        below: list[str] = []
        for other in lines[end:]:
            if other.level or other.item or _END.fullmatch(other.name):
                break
            below.append(other.text)
        if measured >= _MEASURED_SHARE * len(found) and len(below) > 1 and not line.level:
            return found[:_MAX_INGREDIENTS], tuple(STEP_NUMBER.sub("", text) for text in below[:_MAX_STEPS])
    return (), ()


def _ingredients(lines: list[_Line]) -> tuple[str, ...]:
    found = _section(lines, _INGREDIENTS, 2 * _MAX_INGREDIENTS) or _before_steps(lines)
    if len(found) == 1 and len(re.findall(r"\d+", found[0])) >= 3:
        return found  # one paragraph, with line breaks that its text has lost
    joined: list[str] = []
    amount = ""
    for text in found:
        if _SERVINGS.fullmatch(text):
            continue
        if _AMOUNT.fullmatch(text):
            amount = f"{amount} {text}".strip()
        elif len(text) <= _MAX_INGREDIENT_LENGTH:
            joined.append(f"{amount} {text}".strip())
            amount = ""
    return tuple(joined[:_MAX_INGREDIENTS]) if len(joined) > 1 else ()


def _before_steps(lines: list[_Line]) -> tuple[str, ...]:
    """Returns the lines before the heading of the steps, if they look like ingredients: most begin with an amount."""
    end = next((at for at, line in enumerate(lines) if line.level and _STEPS.fullmatch(line.name)), 0)
    start = end
    while start and len(lines[start - 1].text) <= 120 and not lines[start - 1].text.endswith("."):
        start -= 1
    found = [line.text for line in lines[start:end] if not line.level]
    amounts = sum(bool(_STARTS_WITH_AMOUNT.match(text)) for text in found)
    return tuple(found) if amounts >= 3 and amounts > 0.4 * len(found) else ()


def _steps(lines: list[_Line]) -> tuple[str, ...]:
    found = _section(lines, _STEPS, 2 * _MAX_STEPS)
    return tuple(STEP_NUMBER.sub("", text) for text in found if not text.strip(" .)").isdecimal())[:_MAX_STEPS]


def _line(block: Any) -> _Line | None:
    if not isinstance(block, Mapping) or not isinstance(block.get("text"), str):
        return None
    text, level = clean(block["text"]), block.get("level", 0)
    heading = block.get("role") == "heading"
    level = (level if isinstance(level, int) and level > 0 else 1) if heading else 0
    return _Line(text, level, block.get("role") == "item") if text else None


def _section(lines: list[_Line], name: re.Pattern[str], most: int) -> tuple[str, ...]:
    """Returns the lines below the last heading, or short line, with the name. Other headings are left out of them."""
    best: list[str] = []
    for start, line in enumerate(lines):
        if len(line.text) > 60 or not name.fullmatch(line.name):
            continue
        found: list[str] = []
        for other in lines[start + 1 :]:
            if len(other.text) <= 60 and (_INGREDIENTS.fullmatch(other.name) or _STEPS.fullmatch(other.name)):
                break
            if (
                _END.fullmatch(other.name)
                or (other.level and line.level and other.level < line.level)
                or len(found) >= most
            ):
                break
            if other.level and other.level == line.level and not other.text.endswith((":", "：")):
                break
            if not other.level:
                found.append(other.text)
        if len(found) > len(best):
            best = found
    return tuple(best)


def _with_amounts(ingredients: tuple[str, ...], lines: list[_Line]) -> tuple[str, ...]:
    """Returns the ingredients as the text has them, if the data names them without their amounts."""
    if any(any(c.isdigit() for c in text) for text in ingredients):
        return ingredients
    texts = {
        letters(line.text): line.text
        for line in lines
        if line.text[:1].isdigit() and len(line.text) <= _MAX_INGREDIENT_LENGTH
    }
    found = []
    for ingredient in ingredients:
        key = letters(ingredient)
        matching = [
            text for letters_of, text in texts.items() if letters_of.endswith(key) and len(letters_of) - len(key) <= 20
        ]
        found.append(min(matching, key=len) if key and matching else ingredient)
    return tuple(found)
