"""What the reader sees: Jinja2 templates and the functions that fill them. Text in, escaped HTML out."""

from .library import LibraryEntry, render_library
from .notice import NOTICES, render_notice
from .summary import Trace, render_summary, traces
from .summary_export import Speech, SpeechPart, markdown, plain_text, speech

__all__ = [
    "NOTICES",
    "LibraryEntry",
    "Speech",
    "SpeechPart",
    "Trace",
    "markdown",
    "plain_text",
    "render_library",
    "render_notice",
    "render_summary",
    "speech",
    "traces",
]
