"""`python -m models`: build, check, train and evaluate what the product ships."""

from __future__ import annotations

import argparse
import sys

from models.shop import NAMES, Model, RecipeError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="make the ONNX files that are missing or not the pinned ones")
    build.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} (default: all)")
    build.add_argument("--pin", action="store_true", help="make anew and pin what was made")
    check = commands.add_parser("check", help="hold what is in out/ to the pinned hashes")
    check.add_argument("names", nargs="*", metavar="NAME")
    train = commands.add_parser("train", help="train committed weights anew (needs the data and torch; minutes)")
    train.add_argument("names", nargs=1, choices=["salience"])
    options = parser.parse_args(arguments)
    names = options.names or NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        parser.error(f"no such model: {', '.join(unknown)} (there are {', '.join(NAMES)})")
    try:
        if options.command == "train":
            from models.salience.train import train as train_salience  # noqa: PLC0415  (torch takes seconds)

            train_salience()
            return 0
        for name in names:
            model = Model(name)
            if options.command == "build":
                done = "made" if model.build(options.pin) else "already there"
            else:
                model.verify()
                done = "as pinned"
            print(f"{name}: {done}, {model.onnx.stat().st_size / 1e6:.2f} MB")
    except RecipeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
