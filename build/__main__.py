"""python build [--target chrome] [--out dist] [--words]: builds the extension."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

if not __package__:  # `python build` puts this folder on the path instead of the repository
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

try:
    from build.layout import BROWSERS, ROOT, BuildError
    from build.package import build
except ModuleNotFoundError as error:
    sys.exit(f"build: {error.name} is not installed. Run `make setup`, then `.venv/bin/python build`")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python build", description="Build the extension.")
    parser.add_argument("--target", choices=BROWSERS, default="chrome")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="FOLDER")
    parser.add_argument("--words", action="store_true", help="include the language model")
    arguments = parser.parse_args()
    started = time.monotonic()
    try:
        build(arguments.target, arguments.out.resolve(), words=arguments.words)
    except BuildError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    print(f"done in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
