"""What commands share: the error console, bars of progress, files read and written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from voicemind.errors import InputError
from voicemind.timeline.formats import FORMATS

ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """Show progress on the error console, where it is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERRORS, transient=True, disable=quiet or not ERRORS.is_terminal) as bar:
        yield bar


def downloads(bar: Progress) -> Callable[[int, int, str], None]:
    """Show a download or an export as a bar of its own, gone when it is done."""
    tasks: dict[str, TaskID] = {}

    def show(done: int, total: int, text: str) -> None:
        if text not in tasks:
            tasks[text] = bar.add_task(text, total=total or None)
        bar.update(tasks[text], completed=done, total=total or None, visible=not total or done < total)

    return show


def read_text(path: Path, what: str) -> str:
    """Read a text file of the user's; InputError says ``what`` cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: the {what} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise InputError(f"{path}: the {what} is not text in UTF-8; save it as plain text") from None


def check_output(path: Path) -> None:
    """Raise InputError for a file that minutes cannot be written to, before any work is done."""
    if path.suffix.removeprefix(".").lower() not in FORMATS:
        raise InputError(f"{path}: the suffix says no format of minutes; use one of {', '.join(FORMATS)}")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}; make it first")


def write_text(path: Path, text: str) -> None:
    """Write a file that the user asked for; InputError when it cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error
