"""Analyzers of other packages, found by the entry point ``voicemind.analyzers``.

A package names a class or function without parameters, which returns a new analyzer for each meeting::

    [project.entry-points."voicemind.analyzers"]
    jargon = "my_package:Jargon"

What fails in it is logged, and the meeting goes on without it.
"""

import datetime
import logging
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from voicemind.config import Config
from voicemind.insight.analyzer import AnyAnalyzer, handled
from voicemind.insight.documents import Documents
from voicemind.insight.standard import standard_analyzers
from voicemind.timeline.event import Event
from voicemind.timeline.insight import Insight

logger = logging.getLogger(__name__)

GROUP = "voicemind.analyzers"


class Guarded:
    """An analyzer that is left out once it has failed."""

    def __init__(self, name: str, analyzer: AnyAnalyzer) -> None:
        """Wrap the analyzer of this name."""
        self.name = name
        self.handles: tuple[type[Event], ...] = handled(analyzer)
        self._analyzer: Any = analyzer

    def feed(self, event: Event) -> list[Insight]:
        """Return what the analyzer says of an event; nothing once it has failed."""
        return self._ask("feed", event)

    def flush(self) -> list[Insight]:
        """Return what it says at the end."""
        return self._ask("flush")

    def _ask(self, method: str, *args: Event) -> list[Insight]:
        if self._analyzer is None:
            return []
        try:
            return list(getattr(self._analyzer, method)(*args))
        except Exception:  # whatever somebody else's code raises
            logger.exception("the analyzer %s failed, and is left out from now on", self.name)
            self._analyzer = None
            return []


def plugin_analyzers() -> list[AnyAnalyzer]:
    """Return new analyzers of all installed packages that have any, in order of their names."""
    found: list[AnyAnalyzer] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            found.append(Guarded(entry.name, entry.load()()))
        except Exception:  # whatever somebody else's code raises
            logger.exception("the analyzer %s (%s) cannot be loaded, and is left out", entry.name, entry.value)
    return found


def meeting_analyzers(date: datetime.date | None = None, config: Config | None = None) -> list[AnyAnalyzer]:
    """Return new analyzers for one meeting: the standard ones, and those of other packages.

    InputError where the index of documents that ``config`` names cannot be read.
    """
    config = config or Config()
    return [*standard_analyzers(date, heat=config.heat), *_suggesting(config.documents), *plugin_analyzers()]


def _suggesting(documents: str) -> list[AnyAnalyzer]:
    if not documents:
        return []
    from voicemind.backends.document_index import read_shelf  # here, since few meetings have documents

    return [Documents(read_shelf(Path(documents)))]
