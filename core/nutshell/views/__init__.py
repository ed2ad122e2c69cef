"""What the reader sees: Jinja2 templates and the functions that fill them. Text in, escaped HTML out."""

from .exports import Speech, SpeechPart, markdown, plain_text, speech
from .notice import NOTICES, notice_html
from .recent import RecentEntry, recent_html
from .summary import Trace, summary_html, traces

__all__ = [
    "NOTICES",
    "RecentEntry",
    "Speech",
    "SpeechPart",
    "Trace",
    "markdown",
    "notice_html",
    "plain_text",
    "recent_html",
    "speech",
    "summary_html",
    "traces",
]
