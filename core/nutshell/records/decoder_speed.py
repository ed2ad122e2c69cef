"""How fast the language model runs on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DecoderSpeed:
    """Tokens per second: of the prompt (`prompt_rate`) and of the answer (`answer_rate`).

    `name` and `bytes` identify the decoder that was measured.
    """

    name: str
    bytes: int
    prompt_rate: float
    answer_rate: float

    def as_data(self) -> dict[str, Any]:
        """Returns the form in which it is stored and sent."""
        return {"name": self.name, "bytes": self.bytes, "read": self.prompt_rate, "said": self.answer_rate}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> DecoderSpeed:
        """Raises KeyError when `data` is not what `as_data` returns."""
        return cls(data["name"], data["bytes"], data["read"], data["said"])
