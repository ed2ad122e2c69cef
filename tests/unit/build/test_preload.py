"""What a document preloads is exactly what its script imports."""

import re
from pathlib import Path

from build.messages import shell_files

ENGINE = Path(__file__).parents[3] / "extension" / "engine"
IMPORTS = re.compile(r'^(?:import|export)\b[^;]*?"(\.{1,2}/[^"]+)"', re.MULTILINE)


def imported(script: Path, seen: set[Path]) -> set[Path]:
    generated = shell_files().get(script.relative_to(ENGINE.parent).as_posix())
    for name in IMPORTS.findall(generated.decode() if generated else script.read_text("utf-8")):
        other = (script.parent / name).resolve()
        if other not in seen:
            seen.add(other)
            imported(other, seen)
    return seen


def test_the_offscreen_document_preloads_what_its_script_imports():
    html = (ENGINE / "offscreen.html").read_text("utf-8")
    preloaded = [(ENGINE / name).resolve() for name in re.findall(r'<link rel="modulepreload" href="([^"]+)"', html)]
    assert len(set(preloaded)) == len(preloaded)
    assert set(preloaded) == imported(ENGINE / "offscreen.js", set())
