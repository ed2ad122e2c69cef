"""An article that nobody wrote for anybody, summarized once so that a host's code is compiled before a reader waits."""

from __future__ import annotations

from nutshell.article import Article

# As long as an article is, and in sentences of all lengths: what runs for it is what runs for a reader's.
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


def article() -> Article:
    """Seven paragraphs of eight sentences, the same each time."""
    return Article.from_text("\n".join(_PARAGRAPH.format(n=n) for n in range(11, 18)), title="The channel")
