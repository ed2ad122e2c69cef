"""Reads PDF files on the desktop: pdf.js under Node.js gives the text, the core makes it an article."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nutshell.extraction.pdf import NoText, read_pdf
from nutshell.extraction.pdf_runs import PdfText

from .extraction import ExtractionError, NodeMissing

SCRIPT = Path(__file__).with_name("extract_pdf.mjs")
_MARK = b"%PDF-"
_MARK_WITHIN = 1024  # bytes


def is_pdf(content: bytes) -> bool:
    return _MARK in content[: _MARK_WITHIN + len(_MARK)]


def extract_pdf(
    content: bytes, url: str = "", name: str = "", *, node: str = "node", timeout: float = 300.0
) -> dict[str, Any]:
    """Returns `{"ok": True, "article", "lead"}`, or `{"ok": False, "reason", "detail"}` for a PDF without text.

    The reasons are those of the notices: pdf-damaged, pdf-encrypted, pdf-no-text. Raises NodeMissing, or
    ExtractionError when node fails.
    """
    program = shutil.which(node)
    if program is None:
        raise NodeMissing("Reading PDF files needs Node.js 20 or newer on the path.")
    try:
        command = [program, str(SCRIPT)]
        done = subprocess.run(command, input=content, capture_output=True, timeout=timeout, check=False)
        wire: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise ExtractionError(f"The PDF was not read within {timeout:g} seconds.") from None
    except ValueError:
        raise ExtractionError("The process that reads PDF files ended early.") from None
    if "missing" in wire:
        missing = str(wire["missing"]).splitlines()[0]
        raise NodeMissing(f"Reading PDF files needs this project's node packages: run `npm ci` in it ({missing}).")
    if "error" in wire:
        return {"ok": False, "reason": wire["error"], "detail": wire.get("detail", "")}
    try:
        article = read_pdf(PdfText.from_wire(wire), url, name.removesuffix(".pdf")).article
    except NoText:
        return {"ok": False, "reason": "pdf-no-text", "detail": ""}
    return {"ok": True, "article": asdict(article), "lead": ""}
