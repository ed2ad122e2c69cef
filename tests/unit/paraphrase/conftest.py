import pytest

from nutshell.paraphrase.bpe import BpeTokenizer
from support.tokenizer import tokenizer


@pytest.fixture
def pairs():
    return BpeTokenizer(tokenizer())
