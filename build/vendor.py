"""Files from npm packages, and the check that no packaged file names a host that serves code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from build.layout import NODE_MODULES, VENDORED, BuildError, Vendored

# Stores reject extensions that contain the address of a code host, even if they never load from it.
CODE_HOST = re.compile(
    rb"(?:cdn\.jsdelivr\.net|jsdelivr|unpkg\.com|cdnjs|esm\.sh|skypack|esm\.run|jspm|"
    rb"files\.pythonhosted|pypi\.org|registry\.npmjs|huggingface\.co|raw\.githubusercontent)"
)


def vendored() -> dict[str, bytes]:
    """Returns {target name: edited content} for every file in VENDORED.

    Raises BuildError if a file is missing, or if a text to edit is not found exactly once.
    """
    return {file.target: _edited(file) for file in VENDORED}


def _edited(file: Vendored) -> bytes:
    path = NODE_MODULES / file.source
    if not path.exists():
        raise BuildError(f"node_modules/{file.source} is missing. Run `make setup`")
    content = path.read_bytes()
    for edit in file.edits:
        found = content.count(edit.text.encode())
        if found != 1:
            raise BuildError(
                f"{file.source} contains {edit.text!r} {found} times instead of once. "
                "Review the new version, then update VENDORED in build/layout.py"
            )
        content = content.replace(edit.text.encode(), edit.replacement.encode())
    return content


def code_hosts(files: Mapping[str, bytes]) -> list[str]:
    """Returns `name: host` for every mention of a code host.

    Skips weights (.bin): in a hundred million bytes, such letters turn up by chance.
    """
    return [
        f"{name}: {match.group().decode()}"
        for name, content in sorted(files.items())
        if not name.endswith(".bin")
        for match in CODE_HOST.finditer(content)
    ]
