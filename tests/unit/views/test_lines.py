from nutshell.article import Article, Block, Role
from nutshell.messages import text
from nutshell.records.message import Message, to_json
from nutshell.records.summary import Point, Summary
from nutshell.views.lines import line_text
from nutshell.views.summary import render_summary, traces
from nutshell.views.summary_answer import summary_data
from nutshell.views.summary_export import plain_text

GIST = Point("A soup of white beans.", -1, 1.0, -1, -1, -1, -1)


def composed(label: Message, line: str = "", index: int = -1, source: str = "") -> Point:
    block = 0 if index >= 0 else -1
    return Point(
        line, index, 1.0, block, block, 5 if index >= 0 else -1, 7, label=to_json(label), composed=True, source=source
    )


INGREDIENTS = composed(Message("form.ingredients"), "beans, oil", 0, "500 g beans 1 tbsp oil")
TIME = composed(Message("form.time", {"time": Message("duration.minutes", count=45)}))
ARTICLE = Article((Block(Role.ITEM, "500 g beans"), Block(Role.ITEM, "1 tbsp oil")), title="Bean soup")
SUMMARY = Summary(GIST, (TIME, INGREDIENTS), (), "encoder", "en", 2, 60, 30)


def test_label_words_the_line():
    assert line_text(INGREDIENTS) == text("form.ingredients", text="beans, oil")
    assert line_text(GIST) == GIST.text


def test_dates_of_a_label_are_worded():
    when = composed(Message("form.when", {"start": Message("form.date", {"date": "2027-04-12T19:30"})}))
    assert "2027-04-12" not in line_text(when)
    assert "2027" in line_text(when)
    assert "19:30" in line_text(when) or "7:30" in line_text(when)


def test_label_that_cannot_be_worded_leaves_the_text():
    assert line_text(composed(Message("form.time", {}), "Beans")) == "Beans"
    assert line_text(Point("Beans", 0, 1.0, 0, 0, 5, 7, label='{"id": 3}')) == "Beans"


def test_composed_line_is_traced_by_its_source():
    found = traces(SUMMARY)
    assert [trace["text"] for trace in found.values()] == ["500 g beans 1 tbsp oil"]
    html = render_summary(ARTICLE, SUMMARY)
    assert all(f'data-trace="{key}"' in html for key in found)
    assert html.count('class="origin"') == 1  # the time is only in the page's data


def test_all_forms_of_a_summary_have_composed_lines():
    assert [point["text"] for point in summary_data(ARTICLE, SUMMARY)["points"]] == [
        line_text(TIME),
        line_text(INGREDIENTS),
    ]
    assert line_text(INGREDIENTS) in plain_text(ARTICLE, SUMMARY)
