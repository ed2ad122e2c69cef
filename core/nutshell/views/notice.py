"""What the panel shows when there is no summary: what happened, and what you can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from nutshell.messages import Message, resolve

from .environment import render


@dataclass(frozen=True, slots=True)
class Notice:
    """`retry`, if any, labels a button that tries again; `choose` one that chooses a PDF file."""

    title: Message
    body: Message
    advice: Message
    retry: Message | None = None
    choose: Message | None = None


NOTICES: dict[str, Notice] = {
    "restricted": Notice(
        Message("notice.restricted.title"),
        Message("notice.restricted.body"),
        Message("notice.restricted.advice"),
    ),
    "file": Notice(
        Message("notice.file.title"),
        Message("notice.file.body"),
        Message("notice.file.advice"),
        choose=Message("pdf.choose"),
    ),
    "access": Notice(
        Message("notice.access.title"),
        Message("notice.access.body"),
        Message("notice.access.advice"),
    ),
    "pdf": Notice(
        Message("notice.pdf.title"),
        Message("notice.pdf.body"),
        Message("notice.pdf.advice"),
        choose=Message("pdf.choose"),
    ),
    "pdf-no-text": Notice(
        Message("notice.pdf_no_text.title"),
        Message("notice.pdf_no_text.body"),
        Message("notice.pdf_no_text.advice"),
        choose=Message("pdf.choose"),
    ),
    "pdf-encrypted": Notice(
        Message("notice.pdf_encrypted.title"),
        Message("notice.pdf_encrypted.body"),
        Message("notice.pdf_encrypted.advice"),
        choose=Message("pdf.choose"),
    ),
    "pdf-damaged": Notice(
        Message("notice.pdf_damaged.title"),
        Message("notice.pdf_damaged.body"),
        Message("notice.pdf_damaged.advice"),
        choose=Message("pdf.choose"),
    ),
    "no-article": Notice(
        Message("notice.no_article.title"),
        Message("notice.no_article.body"),
        Message("notice.no_article.advice"),
        Message("action.retry"),
    ),
    "late": Notice(
        Message("notice.late.title"),
        Message("notice.late.body"),
        Message("notice.late.advice"),
        Message("action.retry"),
    ),
    "frame": Notice(
        Message("notice.frame.title"),
        Message("notice.frame.body"),
        Message("notice.frame.advice"),
    ),
    "no-captions": Notice(
        Message("notice.no_captions.title"),
        Message("notice.no_captions.body"),
        Message("notice.no_captions.advice"),
        Message("action.retry"),
    ),
    "selection-empty": Notice(
        Message("notice.selection_empty.title"),
        Message("notice.selection_empty.body"),
        Message("notice.selection_empty.advice"),
    ),
    "failed": Notice(
        Message("notice.failed.title"),
        Message("notice.failed.body"),
        Message("notice.failed.advice"),
        Message("action.retry"),
    ),
    "moved": Notice(
        Message("notice.moved.title"),
        Message("notice.moved.body"),
        Message("notice.moved.advice"),
        Message("notice.moved.retry"),
    ),
    "cancelled": Notice(
        Message("notice.cancelled.title"),
        Message("notice.cancelled.body"),
        Message("notice.cancelled.advice"),
        Message("notice.cancelled.retry"),
    ),
}


def render_notice(reason: str, detail: str = "") -> str:
    """The fragment for one of NOTICES. `detail` is shown in small print. Raises KeyError for any other reason."""
    notice = NOTICES[reason]
    values = {
        "title": resolve(notice.title),
        "body": resolve(notice.body),
        "advice": resolve(notice.advice),
        "retry": resolve(notice.retry) if notice.retry else "",
        "choose": resolve(notice.choose) if notice.choose else "",
    }
    return render("notice.html", {"notice": values, "reason": reason, "detail": detail})
