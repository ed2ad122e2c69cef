"""WordPiece: BERT's uncased tokenizer in pure Python, which the encoder was trained with.

Greedy longest match (Schuster & Nakajima 2012, "Japanese and Korean voice search") with the normalization and word
boundaries of BERT (Devlin et al. 2019). Returns the same tokens as the `tokenizers` library with `BertNormalizer` and
`BertPreTokenizer`, except for marks and punctuation newer than that library's Unicode 8.0 tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import count

_MAX_WORD_CHARS = 100  # a longer word is [UNK], as in BERT
_CACHE_WORDS = 50_000
_CHUNK_CHARS = 1_000  # normalized at a time, so that text beyond the truncation costs nothing

_CUT = re.compile(r"[ \t\n\r,.;:!?\u3001\u3002\u4e00-\u9fff]")  # these characters end a word

_CJK_RANGES = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class _NormalizationTable(dict[int, str]):
    """Maps a code point to nothing, a space, the character between spaces, or its lower case without accents."""

    def __missing__(self, code: int) -> str:
        self[code] = result = _normalize(chr(code))
        return result


def _normalize(char: str) -> str:
    if char in "\t\n\r" or unicodedata.category(char)[0] == "Z":
        return " "
    if char == "\ufffd" or unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"}:
        return ""
    bare = "".join(c for c in unicodedata.normalize("NFD", char) if unicodedata.category(c) != "Mn")
    plain = "".join("σ" if c == "Σ" else c.lower() for c in bare)
    alone = any(first <= ord(char) <= last for first, last in _CJK_RANGES) or any(map(_is_punctuation, plain))
    return f" {plain} " if alone else plain


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] == "P" or char in "$+<=>^`|~"


@cache
def _token_ids(vocabulary: str) -> dict[str, int]:
    """Cached, so that the memory snapshot of the browser's engine contains the encoder's vocabulary."""
    vocab = dict(zip(vocabulary.split("\n"), count(), strict=False))
    vocab.pop("", None)
    return vocab


class WordPiece:
    """Encodes text as token ids. Text never becomes a special token: "[SEP]" in a page is three words."""

    def __init__(self, vocab: dict[str, int]) -> None:
        """`vocab` maps tokens to ids; raises KeyError when it lacks [UNK], [CLS] or [SEP]."""
        self._vocab = vocab
        self._unknown, self._first, self._last = (vocab[token] for token in ("[UNK]", "[CLS]", "[SEP]"))
        self._longest = max(map(len, vocab))
        self._table = _NormalizationTable()
        self._words: dict[str, tuple[int, ...]] = {}

    @classmethod
    def from_vocab(cls, text: str) -> WordPiece:
        """Reads a vocabulary file: one token a line; the line number, from 0, is its id."""
        return cls(_token_ids(text))

    def place(self, word: str) -> int | None:
        """Returns a word's frequency rank in BERT's vocabulary, from 0; None for a word that is no token."""
        number = self._vocab.get(word)
        return None if number is None else max(0, number - self._vocab.get("the", 0))

    def encode(self, text: str, max_length: int = 128) -> list[int]:
        """[CLS], the tokens, [SEP]: at most `max_length` ids in all."""
        ids = [self._first]
        room = max_length - 1
        for word in self._split(text):
            pieces = self._words.get(word)
            if pieces is None:
                pieces = self._pieces(word)
            ids += pieces
            if len(ids) >= room:
                del ids[room:]
                break
        ids.append(self._last)
        return ids

    def _split(self, text: str) -> Iterator[str]:
        """Yields normalized words and single punctuation marks, in order."""
        start, size = 0, len(text)
        while start < size:
            stop = min(start + _CHUNK_CHARS, size)
            if stop < size:
                cut = _CUT.search(text, stop)
                stop = cut.start() if cut else size
            chunk = text[start:stop].translate(self._table)
            yield from (chunk if chunk.isascii() else unicodedata.normalize("NFD", chunk)).split()
            start = stop

    def _pieces(self, word: str) -> tuple[int, ...]:
        if len(self._words) >= _CACHE_WORDS:
            self._words.clear()
        pieces = self._words[word] = self._match(word)
        return pieces

    def _match(self, word: str) -> tuple[int, ...]:
        if len(word) > _MAX_WORD_CHARS:
            return (self._unknown,)
        found: list[int] = []
        start, size = 0, len(word)
        while start < size:
            prefix = "##" if start else ""
            for end in range(min(size, start + self._longest), start, -1):
                number = self._vocab.get(prefix + word[start:end])
                if number is not None:
                    break
            else:
                return (self._unknown,)
            found.append(number)
            start = end
        return tuple(found)
