"""Progress displays: in a terminal, in a notebook, or as lines of text."""

from martlet.progress.choice import display_for, resolve_verbose
from martlet.progress.display import Display
from martlet.progress.text import format_logs, format_seconds

__all__ = ["Display", "display_for", "format_logs", "format_seconds", "resolve_verbose"]
