"""What the panel says when there is no summary: what happened, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from .environment import render


@dataclass(frozen=True, slots=True)
class Notice:
    """`advice` says what the reader can do; `retry`, when not empty, labels a button that tries again."""

    title: str
    body: str
    advice: str
    retry: str = ""


NOTICES: dict[str, Notice] = {
    "restricted": Notice(
        "This page is off limits",
        "Browsers keep their own pages, the extension store and a few others out of every extension’s reach.",
        "Open an ordinary web page and click Nutshell there.",
    ),
    "file": Notice(
        "Files need your permission",
        "The browser does not let extensions read files on this computer unless you allow it.",
        "Open the browser’s settings for Nutshell, turn on “Allow access to file URLs”, then click Nutshell again.",
    ),
    "access": Notice(
        "One more click, please",
        "Nutshell may read a page only when you ask for it, and this tab has moved on since you last did.",
        "Click the Nutshell button in the toolbar, or press its shortcut.",
    ),
    "pdf": Notice(
        "PDF files are not read yet",
        "Nutshell reads web pages, and the browser shows a PDF in a viewer of its own.",
        "If the document also exists as a web page, open that one instead.",
    ),
    "no-article": Notice(
        "No article here",
        "There is too little running text to put in a nutshell: this may be a form, an app, an image "
        "or a list of links.",
        "If a passage matters, select it and choose “Summarize selection” from the context menu.",
        "Look again",
    ),
    "selection-empty": Notice(
        "Nothing is selected",
        "Nutshell found no selected sentences in this page.",
        "Select a passage, then choose “Summarize selection” from the context menu. The toolbar button "
        "summarizes the whole page.",
    ),
    "failed": Notice(
        "That did not work",
        "Something went wrong inside Nutshell. Nothing has left this computer.",
        "Try again. If it keeps failing, reload the page first.",
        "Try again",
    ),
    "moved": Notice(
        "The page changed",
        "It was left or closed before its summary was ready, so Nutshell stopped rather than show the wrong one.",
        "Click Nutshell to summarize the page you see now.",
        "Summarize this page",
    ),
    "cancelled": Notice(
        "Stopped",
        "You stopped the summary before it was ready.",
        "Start over whenever you like.",
        "Summarize again",
    ),
}


def notice_html(reason: str, detail: str = "") -> str:
    """The fragment for one of NOTICES; `detail` is shown small below. Raises KeyError for another reason."""
    return render("notice.html", {"notice": NOTICES[reason], "reason": reason, "detail": detail})
