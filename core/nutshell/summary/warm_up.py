"""A sample article. Summarizing it once makes the browser compile the code before the first real summary."""

from __future__ import annotations

from nutshell.article import Article

# Typical length, with sentences of all lengths: it runs the same code as a real article.
_PARAGRAPH = (
    "In the year {n} the keeper of the lighthouse wrote down what he saw from the gallery. Fog came in. Three "
    "ferries of the island's company waited outside the harbour until {n} minutes past noon, because the channel "
    "had not been dredged since the storm, and their captains did not trust the chart that the county had "
    "printed. “We were promised a new one,” said the harbour master, who has held the office for {n} months. "
    "However, nobody had measured the depth. The council set aside 1.{n} million for the work, which a firm from "
    "the mainland is to begin in spring if the wind allows it. Critics call that too little and too late. Its own "
    "engineers expect the sand to be back within {n} years; they asked for a longer breakwater, and for a second "
    "light on its end."
)


def sample_article() -> Article:
    """Returns seven paragraphs of eight sentences, the same on every call."""
    return Article.from_text("\n".join(_PARAGRAPH.format(n=n) for n in range(11, 18)), title="The channel")
