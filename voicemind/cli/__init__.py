"""The command line: argparse and nothing else; what is done stands in the modules."""

import argparse
from collections.abc import Callable, Sequence
from importlib.metadata import version

from voicemind.cli import bench, documents, models, replay, serve, voiceprints
from voicemind.cli.console import ERRORS
from voicemind.errors import BackendError, VoicemindError

DONE, FAILED, BAD_INPUT, CANCELLED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 failed, 2 bad input or usage, 130 cancelled."""
    args = parser().parse_args(argv)
    run: Callable[[argparse.Namespace], None] = args.run
    try:
        run(args)
    except VoicemindError as error:
        ERRORS.print(f"voicemind: {error}", markup=False)
        return FAILED if isinstance(error, BackendError) else BAD_INPUT
    except KeyboardInterrupt:
        ERRORS.print("voicemind: cancelled")
        return CANCELLED
    return DONE


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(prog="voicemind", description="A meeting mind that a team hosts itself.")
    parser.add_argument("--version", action="version", version=f"voicemind {version('voicemind')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    replay.add(commands.add_parser("replay", help="a recording goes in, minutes come out"))
    serve.add_serve(commands.add_parser("serve", help="rooms in the browser"))
    serve.add_demo(
        commands.add_parser("demo", help="a room in which the sample meeting is played; join and talk along")
    )
    models.add(commands.add_parser("models", help="the models on this machine"))
    voiceprints.add(commands.add_parser("voiceprints", help="voices that people gave to be recognised by"))
    documents.add(commands)
    bench.add(commands.add_parser("bench", help="measure speed and quality"))
    return parser
