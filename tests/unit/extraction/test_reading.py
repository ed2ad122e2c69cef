"""Pages are decided once: requests about the same page send it again."""

from array import array

from nutshell.extraction.reading import PageReader
from nutshell.ports import Tensor

SENTENCE = "The harbour board counted forty-one boats in the spring, and wrote every one of them down in its book."


class CountingModels:
    """A content model that keeps every block. `runs`: how often it was asked."""

    def __init__(self):
        self.runs = 0

    async def run(self, model, inputs):
        self.runs += 1
        count = inputs["features"].shape[0]
        return {"scores": Tensor("float32", (count,), memoryview(array("f", [0.9] * count)))}


def page(number):
    block = {"role": "paragraph", "text": f"{number}. {SENTENCE}", "level": 0, "anchor": 1}
    return {
        "url": f"https://tide.example/{number}",
        "title": "Boats",
        "blocks": [block],
        "candidates": {"elements": [], "blocks": [{**block, "element": -1, "linked": 0.0}], "about": []},
        "metadata": {"title": "Boats", "headings": [], "meta": [], "items": [], "scripts": []},
    }


def test_a_page_that_is_sent_again_is_not_decided_again(run):
    models = CountingModels()
    reader = PageReader(models)
    first = run(reader.read_page(page(1)))
    assert "metadata" not in first
    assert run(reader.read_page(page(1))) is first
    assert models.runs == 1


def test_a_page_that_has_changed_is_decided_again(run):
    models = CountingModels()
    reader = PageReader(models)
    first = run(reader.read_article(page(1)))
    changed = page(1)
    changed["candidates"]["blocks"][0]["text"] = f"Changed: {SENTENCE}"
    assert run(reader.read_article(changed)).text != first.text
    assert models.runs == 2


def test_only_the_last_pages_are_remembered(run):
    models = CountingModels()
    reader = PageReader(models)
    for number in (1, 2, 3, 1):
        run(reader.read_page(page(number)))
    assert models.runs == 4


def test_nothing_is_remembered_after_the_cache_is_cleared(run):
    models = CountingModels()
    reader = PageReader(models)
    run(reader.read_page(page(1)))
    reader.clear_cache()
    run(reader.read_page(page(1)))
    assert models.runs == 2
