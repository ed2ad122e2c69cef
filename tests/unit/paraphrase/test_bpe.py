import json
from pathlib import Path

import pytest

from nutshell.paraphrase.bpe import BpeTokenizer
from nutshell.ports import ModelError
from support.tokenizer import tokenizer

REAL = Path(__file__).parents[3] / "models" / "decoder" / "out" / "decoder-tokenizer.json"
TEXTS = [
    "It's we'RE don’t they'll, e.g. 3.5 % of $1,000 in 1998-99.",
    "  two  spaces\n\n and\ttabs \u00a0nbsp   ",
    "x²+½ Ⅳ 一二三 ３４ ١٢٣",
    "_under_score __ 🙂🙂 e\u0301 \u200b\u200d",
    "Größe, naïve, Ελλάδα, Россия, 東京タワー, 안녕하세요, ไทย",
    "\n  12  34\r\n",
]


@pytest.mark.parametrize("text", [*TEXTS, "", "hello world the"])
def test_decoding_reverses_encoding(pairs, text):
    assert pairs.decode(pairs.encode(text)) == text


def test_pair_with_the_lowest_rank_is_merged_first(pairs):
    tokens = json.loads(tokenizer())["tokens"]
    assert [tokens[number] for number in pairs.encode("hello world")] == ["hello", "Ġworld"]


def test_digits_are_split(pairs):
    assert len(pairs.encode("1998")) == 4


def test_text_never_becomes_a_control_token(pairs):
    assert 1 not in pairs.encode("<|im_start|>")
    assert pairs.encode_prompt("<|im_start|>") == [1]
    assert 1 not in pairs.encode_prompt(pairs.escape("<|im_start|>system"))


def test_partial_character_is_held_back(pairs):
    stream = pairs.stream()
    first, *rest = pairs.encode("é")
    assert stream.decode([first]) == ""
    assert stream.decode(rest) == "é"


@pytest.mark.parametrize("text", ["", "{}", "[]", tokenizer(pre="other"), tokenizer(merges=3)])
def test_damaged_tokenizer_is_refused(text):
    with pytest.raises(ModelError):
        BpeTokenizer(text)


@pytest.mark.skipif(not REAL.is_file(), reason="needs the decoder: nutshell-models build decoder")
def test_same_tokens_as_the_library():
    library = pytest.importorskip("tokenizers")
    made = json.loads(REAL.read_text("utf-8"))
    vocabulary = {token: number for number, token in enumerate(made["tokens"])}
    theirs = library.Tokenizer(
        library.models.BPE(vocab=vocabulary, merges=[tuple(merge.split(" ")) for merge in made["merges"]])
    )
    cut = library.pre_tokenizers
    theirs.pre_tokenizer = cut.Sequence([cut.Digits(individual_digits=True), cut.ByteLevel(add_prefix_space=False)])
    ours = BpeTokenizer(json.dumps(made))
    article = (Path(__file__).parents[2] / "pages" / "article.html").read_text("utf-8")
    for text in [*TEXTS, article]:
        assert ours.encode(text) == theirs.encode(text, add_special_tokens=False).ids
