import pytest

from nutshell.paraphrase.bpe import BytePairs
from support.tokenizer import tokenizer


@pytest.fixture
def pairs():
    return BytePairs(tokenizer())
