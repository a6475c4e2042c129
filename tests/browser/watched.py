"""A page under a test's eyes, in a browser of its own."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

RECORD = """
window.players = [];
window.Audio = class extends window.Audio { constructor(...given) { super(...given); window.players.push(this); } };
window.sockets = [];
window.WebSocket = class extends window.WebSocket {
  constructor(...given) { super(...given); window.sockets.push(this); }
};
"""
"""Keeps what the page plays sound with and its sockets, so that a test can listen, and disturb."""


class Watched:
    """A page, what it complained of, and what it asked other origins for."""

    def __init__(self, context: BrowserContext, page: Page, origin: str) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._look(request.url, origin))

    def is_content(self, *, but_for: str = "\n") -> None:
        """Fail if there was anything to complain of, other than what has ``but_for`` in it, or asked of others."""
        found = [text for text in self.complaints if but_for not in text] + self.elsewhere
        assert not found, found

    def _look(self, url: str, origin: str) -> None:
        if not url.startswith((origin, "data:", "blob:", origin.replace("http", "ws"))):
            self.elsewhere.append(url)


Open = Callable[..., Watched]
"""Opens a path in a browser of its own; see the fixture ``visit``."""
