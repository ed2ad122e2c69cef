"""Few-shot examples for the prompts: sentences shortened in their own words and order, with varied beginnings.

Their words cannot leak into an answer, which may use only tokens of the text that is asked about.
"""

_SHORTENING = (
    (
        "Engineers closed the old bridge, which carries some 4,000 vehicles a day, to lorries on Monday, the mayor, "
        "Per Lund, said, after the river rose three metres overnight in a week of rain that few had seen coming.",
        "Engineers closed the old bridge to lorries after the river rose three metres.",
    ),
    (
        "Maria Olsen, who has run the bakery on Mill Street with her two sons since 1998, told the council on Tuesday, "
        "in tears, that the rent had doubled within a year and that she would have to close.",
        "Maria Olsen told the council that the rent had doubled.",
    ),
    (
        "In 2019, at the height of its fame, the museum, which opened in 1931 and draws a million visitors a year, "
        "lent forty of its best-known paintings to a gallery in Bergen while its roof, long in poor condition, was "
        "repaired.",
        "In 2019, the museum lent forty paintings to a gallery in Bergen.",
    ),
    (
        "However, although they warned that only 212 families had taken part, researchers at two universities found no "
        "sign that children who ate breakfast at home, alone or with others, did better at school.",
        "Researchers found no sign that children who ate breakfast at home did better at school.",
    ),
)
EXAMPLES = {"gist": _SHORTENING, "simpler": _SHORTENING}
"""The name of a prompt -> its examples, each a text and its answer."""
