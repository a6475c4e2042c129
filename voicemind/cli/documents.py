"""``voicemind index`` and ``voicemind search``: the team's documents."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from voicemind.bench.commands import count
from voicemind.cli.console import ERRORS, downloads, progress
from voicemind.config import default_data
from voicemind.errors import InputError

if TYPE_CHECKING:
    from voicemind.backends.document_index import DocumentIndex


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    index = commands.add_parser("index", help="take in a folder of the team's documents: Markdown, text, HTML")
    index.set_defaults(run=_index)
    index.add_argument("folder", type=Path, metavar="FOLDER")
    search = commands.add_parser("search", help="find passages of these documents")
    search.set_defaults(run=_search)
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--most", type=count, default=5, metavar="N", help="passages to show (default 5)")
    for parser in (index, search):
        place = default_data() / "documents.sqlite"
        parser.add_argument("--index", type=Path, default=place, metavar="FILE", help=f"default: {place}")
        parser.add_argument("--quiet", action="store_true", help="show no progress")


def _index(args: argparse.Namespace) -> None:
    found = _documents(args).index(args.folder)
    for reason in found.refused:
        ERRORS.print(f"left out: {reason}", markup=False)
    print(f"{found.read} documents read, {found.same} as they were, {found.dropped} dropped")


def _search(args: argparse.Namespace) -> None:
    if not args.index.is_file():
        raise InputError(f"{args.index}: no documents are indexed; `voicemind index FOLDER` takes them in")
    for hit in _documents(args).search(args.query, args.most):
        print(f"{hit.path}{f' · {hit.heading}' if hit.heading else ''} ({hit.similarity:.2f})\n  {hit.text}\n")


def _documents(args: argparse.Namespace) -> "DocumentIndex":
    from voicemind.backends.document_index import DocumentIndex
    from voicemind.backends.loading import load_embedder

    with progress(args.quiet) as bar:
        return DocumentIndex(args.index, load_embedder(progress=downloads(bar)))
