"""Evaluations of the shipped models and of the product: `python -m models eval`.

Each module is one evaluation with `measure(quick) -> report.Result`. results/NAME.json stores its result, and the
tables of models/README.md are rendered from those files.
"""
