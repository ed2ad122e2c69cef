"""`nutshell-models`, or `python -m models`: build, check, train and evaluate what the product ships."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module

from models.shop import NAMES, OPTIONAL, ROOT, Model, RecipeError
from models.tables import aligned

EVALUATIONS = (
    "shipped",
    "summaries",
    "genres",
    "folds",
    "position",
    "standing",
    "centrality",
    "agreement",
    "encoder",
    "speed",
    "bias",
    "static",
    "interest",
    "ask",
    "grounding",
    "headline",
    "words",
)
# What a command may need beyond the core: module -> how to get it.
PACKAGES = {
    "torch": "pip install --no-deps -r requirements/train.txt",
    "sklearn": "pip install --no-deps -r requirements/train.txt",
    "matplotlib": "pip install --no-deps -r requirements/eval.txt",
    "onnx": "pip install --no-deps -r requirements/build.txt",
    "gguf": "pip install --no-deps -r requirements/words.txt",
    "yaml": "pip install --no-deps -r requirements/words.txt",
    "safetensors": "pip install --no-deps -r requirements/build.txt",
}
ELSE = "pip install --no-deps -r requirements/dev.txt"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 something is missing, altered or failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.work(options) or 0)
    except RecipeError as error:
        print(f"error: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package in {"models", "nutshell", "tests"}:
            raise
        print(f"error: {package} is not installed; get it with: {PACKAGES.get(package, ELSE)}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nutshell-models", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="make the ONNX files that are missing or not the pinned ones")
    build.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        type=_model,
        help=f"of {', '.join(NAMES)} (default: all); or {', '.join(OPTIONAL)}",
    )
    build.add_argument("--pin", action="store_true", help="make anew and pin what was made")
    build.set_defaults(work=_build)
    check = commands.add_parser("check", help="hold what is in out/ to the pinned hashes")
    check.add_argument("names", nargs="*", metavar="NAME", type=_model)
    check.set_defaults(work=_check)
    train = commands.add_parser("train", help="train committed weights anew (needs the data and torch; minutes)")
    train.add_argument("name", metavar="NAME", choices=trainable(), help=f"of {', '.join(trainable())}")
    train.set_defaults(work=_train)
    evaluate = commands.add_parser("eval", help="measure what is shipped; write models/results and models/README.md")
    evaluate.add_argument(
        "names", nargs="*", metavar="NAME", type=_evaluation, help=f"of {', '.join(EVALUATIONS)} (default: all)"
    )
    evaluate.add_argument("--quick", action="store_true", help="a few documents, to see that all works; keeps nothing")
    evaluate.add_argument("--json", action="store_true", help="print the results as JSON instead of tables")
    evaluate.set_defaults(work=_evaluate)
    page = commands.add_parser("page", help="write models/README.md and its figures anew from models/results")
    page.set_defaults(work=_page)
    return parser


def trainable() -> list[str]:
    """The models whose weights are made here."""
    return [name for name in (*NAMES, *OPTIONAL) if (ROOT / name / "train.py").is_file()]


def _model(name: str) -> str:
    if name not in (*NAMES, *OPTIONAL):
        raise argparse.ArgumentTypeError(f"no such model: {name} (there are {', '.join((*NAMES, *OPTIONAL))})")
    return name


def _evaluation(name: str) -> str:
    if name not in EVALUATIONS:
        raise argparse.ArgumentTypeError(f"no such evaluation: {name} (there are {', '.join(EVALUATIONS)})")
    return name


def _build(options: argparse.Namespace) -> None:
    for name in options.names or NAMES:
        model = Model(name)
        done = "made" if model.build(options.pin) else "already there"
        print(f"{name}: {done}, {model.onnx.stat().st_size / 1e6:.2f} MB")


def _check(options: argparse.Namespace) -> None:
    for name in options.names or NAMES:
        model = Model(name)
        model.verify()
        print(f"{name}: as pinned, {model.onnx.stat().st_size / 1e6:.2f} MB")
    from models.evaluate.page import stale  # noqa: PLC0415

    for name in EVALUATIONS:
        if changed := stale(name):
            print(f"results/{name}.json is of another {', '.join(changed)}: run python -m models eval {name}")


def _train(options: argparse.Namespace) -> None:
    import_module(f"models.{options.name}.train").train()


def _evaluate(options: argparse.Namespace) -> None:
    from models.evaluate import page, plots  # noqa: PLC0415

    for name in NAMES:
        Model(name).verify()
    results = []
    for name in options.names or EVALUATIONS:
        result = import_module(f"models.evaluate.{name}").measure(options.quick)
        results.append(result)
        if not options.json:
            print(aligned(result.name, result.tables), flush=True)
        if not options.quick:
            page.keep(result)
            page.write([name])
    if options.json:
        print(json.dumps({result.name: result.figures for result in results}, indent=1, ensure_ascii=False))
    if not options.quick:
        plots.draw()


def _page(options: argparse.Namespace) -> None:
    from models.evaluate import page, plots  # noqa: PLC0415

    page.write(EVALUATIONS)
    print("written: models/README.md,", ", ".join(plots.draw()))


if __name__ == "__main__":
    sys.exit(main())
