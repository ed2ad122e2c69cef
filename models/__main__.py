"""Builds, checks, trains and evaluates the models: `nutshell-models` or `python -m models`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module

from models.artifacts import NAMES, OPTIONAL, ROOT, Model, RecipeError
from models.tables import aligned

EVALUATIONS = (
    "shipped",
    "summaries",
    "points",
    "genres",
    "pages",
    "cross_validation",
    "position",
    "context_dependence",
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
    "paraphrase",
)
# Modules that a command may need beyond the core -> how to install them.
PACKAGES = {
    "torch": "pip install --no-deps -r requirements/train.txt",
    "sklearn": "pip install --no-deps -r requirements/train.txt",
    "matplotlib": "pip install --no-deps -r requirements/eval.txt",
    "onnx": "pip install --no-deps -r requirements/build.txt",
    "gguf": "pip install --no-deps -r requirements/words.txt",
    "yaml": "pip install --no-deps -r requirements/words.txt",
    "safetensors": "pip install --no-deps -r requirements/build.txt",
}
DEFAULT_INSTALL = "pip install --no-deps -r requirements/dev.txt"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 for success, 1 for a missing or altered file or a failure, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.work(options) or 0)
    except RecipeError as error:
        print(f"error: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package in {"models", "nutshell", "tests"}:
            raise
        print(
            f"error: {package} is not installed. Install it with: {PACKAGES.get(package, DEFAULT_INSTALL)}",
            file=sys.stderr,
        )
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nutshell-models", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="build ONNX files that are missing or do not match their pins")
    build.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        type=_model,
        help=f"any of {', '.join(NAMES)} (default: all) or {', '.join(OPTIONAL)}",
    )
    build.add_argument("--pin", action="store_true", help="rebuild and pin the new hashes")
    build.set_defaults(work=_build)
    check = commands.add_parser("check", help="compare the files in out/ with their pinned hashes")
    check.add_argument("names", nargs="*", metavar="NAME", type=_model)
    check.set_defaults(work=_check)
    train = commands.add_parser(
        "train", help="train the committed weights again (needs the data set and torch; takes minutes)"
    )
    train.add_argument("name", metavar="NAME", choices=trainable(), help=f"one of {', '.join(trainable())}")
    train.set_defaults(work=_train)
    evaluate = commands.add_parser(
        "eval", help="evaluate the shipped models; writes models/results and models/README.md"
    )
    evaluate.add_argument(
        "names", nargs="*", metavar="NAME", type=_evaluation, help=f"any of {', '.join(EVALUATIONS)} (default: all)"
    )
    evaluate.add_argument("--quick", action="store_true", help="use a few documents as a smoke test; stores nothing")
    evaluate.add_argument("--json", action="store_true", help="print the results as JSON instead of tables")
    evaluate.set_defaults(work=_evaluate)
    readme = commands.add_parser("readme", help="render models/README.md and its plots from models/results")
    readme.set_defaults(work=_readme)
    return parser


def trainable() -> list[str]:
    """Returns the models whose weights are trained here."""
    return [name for name in (*NAMES, *OPTIONAL) if (ROOT / name / "train.py").is_file()]


def _model(name: str) -> str:
    if name not in (*NAMES, *OPTIONAL):
        raise argparse.ArgumentTypeError(f"no such model: {name} (choose from {', '.join((*NAMES, *OPTIONAL))})")
    return name


def _evaluation(name: str) -> str:
    if name not in EVALUATIONS:
        raise argparse.ArgumentTypeError(f"no such evaluation: {name} (choose from {', '.join(EVALUATIONS)})")
    return name


def _build(options: argparse.Namespace) -> None:
    for name in options.names or NAMES:
        model = Model(name)
        done = "built" if model.build(options.pin) else "up to date"
        print(f"{name}: {done}, {model.onnx.stat().st_size / 1e6:.2f} MB")


def _check(options: argparse.Namespace) -> None:
    for name in options.names or NAMES:
        model = Model(name)
        model.verify()
        print(f"{name}: OK, {model.onnx.stat().st_size / 1e6:.2f} MB")
    from models.evaluate.report import outdated_models  # noqa: PLC0415

    for name in EVALUATIONS:
        if changed := outdated_models(name):
            print(f"results/{name}.json is outdated ({', '.join(changed)} changed). Run: python -m models eval {name}")


def _train(options: argparse.Namespace) -> None:
    import_module(f"models.{options.name}.train").train()


def _evaluate(options: argparse.Namespace) -> None:
    from models.evaluate import plots, report  # noqa: PLC0415

    for name in NAMES:
        Model(name).verify()
    results = []
    for name in options.names or EVALUATIONS:
        result = import_module(f"models.evaluate.{name}").measure(options.quick)
        results.append(result)
        if not options.json:
            print(aligned(result.name, result.tables), flush=True)
        if not options.quick:
            report.save(result)
            report.update_readme([name])
    if options.json:
        print(json.dumps({result.name: result.figures for result in results}, indent=1, ensure_ascii=False))
    if not options.quick:
        plots.draw()


def _readme(options: argparse.Namespace) -> None:
    from models.evaluate import plots, report  # noqa: PLC0415

    report.update_readme(EVALUATIONS)
    print("Wrote models/README.md,", ", ".join(plots.draw()))


if __name__ == "__main__":
    sys.exit(main())
