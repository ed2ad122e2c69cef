"""Files from npm packages, and the check that nothing in the package names a place to load code from."""

from __future__ import annotations

import re
from collections.abc import Mapping

from build.layout import NODE_MODULES, VENDORED, BuildError, Vendored

# Hosts that serve code. An address of any of them in a package has had extensions turned away.
CODE_HOST = re.compile(
    rb"(?:cdn\.jsdelivr\.net|jsdelivr|unpkg\.com|cdnjs|esm\.sh|skypack|esm\.run|jspm|"
    rb"files\.pythonhosted|pypi\.org|registry\.npmjs|huggingface\.co|raw\.githubusercontent)"
)


def vendored() -> dict[str, bytes]:
    """Target name -> bytes for every entry of the table, edits made."""
    return {file.target: _edited(file) for file in VENDORED}


def _edited(file: Vendored) -> bytes:
    path = NODE_MODULES / file.source
    if not path.exists():
        raise BuildError(f"node_modules/{file.source} is missing: run make setup")
    content = path.read_bytes()
    for edit in file.edits:
        found = content.count(edit.text.encode())
        if found != 1:
            raise BuildError(
                f"{file.source} holds {edit.text!r} {found} times, not once: it has changed. "
                "Read it again and mend the table in build/layout.py"
            )
        content = content.replace(edit.text.encode(), edit.replacement.encode())
    return content


def code_hosts(files: Mapping[str, bytes]) -> list[str]:
    """`name: host` for every address of a place that serves code.

    Weights are no text: among a hundred million bytes such letters come by chance.
    """
    return [
        f"{name}: {match.group().decode()}"
        for name, content in sorted(files.items())
        if not name.endswith(".bin")
        for match in CODE_HOST.finditer(content)
    ]
