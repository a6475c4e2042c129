"""``voicemind bench``: speed and quality, measured."""

import argparse
import json
from typing import TYPE_CHECKING

from voicemind.bench.commands import add_benches
from voicemind.cli.console import progress, write_text
from voicemind.cli.options import load_models
from voicemind.config import Config

if TYPE_CHECKING:
    from voicemind.backends.loading import Models
    from voicemind.bench.report import Report


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.set_defaults(run=_bench)
    add_benches(parser)


def _bench(args: argparse.Namespace) -> None:
    def models(config: Config) -> "Models":
        with progress(quiet=False) as bar:
            return load_models(config, bar)

    report: Report = args.measure(args, models)
    print(report.table())
    for name, row in report.peers.items():
        if "cpu_ratio" in row:
            print(f"CPU an update: {row['cpu_ratio']:.2f} x {name}")
    if args.json:
        write_text(args.json, json.dumps(report.to_dict(), indent=1))
