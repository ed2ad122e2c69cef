"""What the shipped models and the product around them reach: `python -m models eval`.

One evaluation a module, each with `measure(quick) -> page.Result`; results/NAME.json keeps what it found, and
the tables of models/README.md are rendered from those files.
"""
