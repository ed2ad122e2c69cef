"""Byte-level BPE, the tokenizer of GPT-2 and its successors, in pure Python: text to token ids and back.

Sennrich, Haddow & Birch 2016, "Neural Machine Translation of Rare Words with Subword Units"; over bytes in Radford et
al. 2019. Text is first split as the model's tokenizer does (`pre`): "smollm" splits off each digit and uses GPT-2's
pattern for the rest. The file decoder-tokenizer.json (models/decoder) holds the tokens in GPT-2's letters for bytes,
the merges in order, the ids of control tokens and the chat template.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from nutshell.ports import ModelError
from nutshell.records.message import Message

_CACHED_PIECES = 50_000
# Numbers that are not decimal digits (Unicode categories Nl and No): the tokenizer counts them, \d does not match them.
_OTHER_NUMBERS = (
    "\u00b2-\u00b3\u00b9\u00bc-\u00be\u09f4-\u09f9\u0b72-\u0b77\u0bf0-\u0bf2\u0c78-\u0c7e\u0d58-\u0d5e\u0d70-\u0d78"
    "\u0f2a-\u0f33\u1369-\u137c\u16ee-\u16f0\u17f0-\u17f9\u19da\u2070\u2074-\u2079\u2080-\u2089\u2150-\u2182\u2185-\u2189"
    "\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u2cfd\u3007\u3021-\u3029\u3038-\u303a\u3192-\u3195\u3220-\u3229\u3248-\u324f"
    "\u3251-\u325f\u3280-\u3289\u32b1-\u32bf\ua6e6-\ua6ef\ua830-\ua835\U00010107-\U00010133\U00010140-\U00010178"
    "\U0001018a-\U0001018b\U000102e1-\U000102fb\U00010320-\U00010323\U00010341\U0001034a\U000103d1-\U000103d5"
    "\U0001d360-\U0001d378\U0001f100-\U0001f10c"
)
_SPACE = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # Unicode's White_Space; \s matches more
_NUMBER = rf"\d{_OTHER_NUMBERS}"
_PIECE = re.compile(
    rf"[{_NUMBER}]|'(?:s|t|re|ve|m|ll|d)| ?(?:(?![{_NUMBER}])[^\W_])+| ?(?:(?![{_SPACE}{_NUMBER}])(?:\W|_))+"
    rf"|[{_SPACE}]+(?![^{_SPACE}{_NUMBER}])|[{_SPACE}]+"
)


class BpeTokenizer:
    """Encodes and decodes text. Text never becomes a control token; `control` maps the control tokens to their ids."""

    def __init__(self, text: str) -> None:
        """`text` is the tokenizer's JSON. Raises ModelError when it is damaged, or its `pre` is unknown."""
        try:
            data = json.loads(text)
            self._tokens: list[str] = data["tokens"]
            self.template: str = data["chat_template"]
            self.stop: int = data["eos"]
            special = data["special"]
            pairs = [tuple(pair.split(" ")) for pair in data["merges"]]
            pre = data["pre"]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(Message("paraphrase.bad_tokenizer")) from error
        if pre != "smollm":
            raise ModelError(Message("paraphrase.unknown_tokenizer", {"name": str(pre)}))
        self._ranks = {pair: rank for rank, pair in enumerate(pairs)}
        self._ids = {token: number for number, token in enumerate(self._tokens)}
        self.control = {self._tokens[number]: number for number in special}
        self._controls = re.compile("(" + "|".join(map(re.escape, self.control)) + ")")
        self._special = frozenset(special)
        self._letters = byte_letters()
        self._bytes = {letter: byte for byte, letter in enumerate(self._letters)}
        self._known: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        """Returns the ids of a text. Control tokens written in it are plain text."""
        ids: list[int] = []
        for piece in _PIECE.findall(text):
            ids += self._piece(piece)
        return ids

    def encode_prompt(self, text: str) -> list[int]:
        """Returns the ids of a rendered chat template, in which control tokens are recognized.

        Text from a page must have gone through `escape` first.
        """
        ids: list[int] = []
        for part in self._controls.split(text):
            if part in self.control:
                ids.append(self.control[part])
            elif part:
                ids += self.encode(part)
        return ids

    def escape(self, text: str) -> str:
        """Returns the text with a space inside everything that looks like a control token."""
        return self._controls.sub(lambda found: found[0][0] + " " + found[0][1:], text)

    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of ids, without control tokens. Invalid UTF-8 becomes U+FFFD."""
        return b"".join(map(self._bytes_of, ids)).decode("utf-8", "replace")

    def stream(self) -> StreamDecoder:
        return StreamDecoder(self)

    def _bytes_of(self, token: int) -> bytes:
        if token in self._special or not 0 <= token < len(self._tokens):
            return b""
        return bytes(self._bytes[letter] for letter in self._tokens[token])

    def _piece(self, piece: str) -> list[int]:
        found = self._known.get(piece)
        if found is None:
            letters = [self._letters[byte] for byte in piece.encode("utf-8", "replace")]
            found = [self._ids[part] for part in self._merged(letters) if part in self._ids]
            if len(self._known) < _CACHED_PIECES:
                self._known[piece] = found
        return found

    def _merged(self, parts: list[str]) -> list[str]:
        """Merges the pair with the lowest rank everywhere, again and again, until no pair has a rank."""
        ranks = self._ranks
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: ranks.get(pair, len(ranks)))
            if best not in ranks:
                break
            joined: list[str] = []
            place = 0
            while place < len(parts):
                if place + 1 < len(parts) and (parts[place], parts[place + 1]) == best:
                    joined.append(parts[place] + parts[place + 1])
                    place += 2
                else:
                    joined.append(parts[place])
                    place += 1
            parts = joined
        return parts


class StreamDecoder:
    """Decodes tokens as they arrive. Holds back a character until all of its bytes are there."""

    def __init__(self, tokenizer: BpeTokenizer) -> None:
        self._tokenizer = tokenizer
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def decode(self, ids: Sequence[int]) -> str:
        return self._decoder.decode(b"".join(self._tokenizer._bytes_of(token) for token in ids))


def byte_letters() -> list[str]:
    """Returns GPT-2's letter for each byte: printable bytes are their own, the others count up from U+0100."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    found, next_free = [], 0x100
    for byte in range(256):
        if byte in printable:
            found.append(chr(byte))
        else:
            found.append(chr(next_free))
            next_free += 1
    return found
