"""``voicemind serve`` and ``voicemind demo``: rooms in the browser."""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from voicemind.cli.console import check_output, progress, write_text
from voicemind.cli.options import LLM_HELP, OUTPUT_HELP, VOICEPRINTS_HELP, add_recogniser, config_of, load_models
from voicemind.config import Config, RoomConfig, ServeConfig, default_data
from voicemind.errors import InputError
from voicemind.timeline.formats import render

DEMO = Config(model="tiny.en", language="en")


def add_serve(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.set_defaults(run=_serve)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for any (default: 8000)")
    parser.add_argument("--data", type=Path, default=default_data(), metavar="DIR", help="where rooms are kept")
    parser.add_argument("--open", action="store_true", help="no sign-in; on loopback only")
    parser.add_argument("--tls", nargs="*", type=Path, metavar="PEM", help="https; with CERT KEY, or one made here")
    parser.add_argument("--ice-address", action="append", default=[], metavar="IP", help="address announced for sound")
    parser.add_argument("--ice-server", action="append", default=[], metavar="URL", help="stun:… or turn:user:pass@…")
    for kind, where in (("stun", "HOST:PORT"), ("turn", "USER:PASSWORD@HOST:PORT")):
        parser.add_argument(
            f"--{kind}",
            action="append",
            default=[],
            dest="ice_server",
            type=f"{kind}:{{}}".format,
            metavar=where,
            help=f"a {kind.upper()} server, by which people behind a router are reached",
        )
    parser.add_argument("--origin", action="append", default=[], metavar="URL", help="other pages that may connect")
    parser.add_argument(
        "--record",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="keep what is said as sound (default: on disk only until it is transcribed)",
    )
    parser.add_argument(
        "--keep-days", type=_days, metavar="N", help="delete the sound of rooms after N days (default: never)"
    )
    parser.add_argument("--voiceprints", action="store_true", help=VOICEPRINTS_HELP)
    parser.add_argument("--llm-url", default="", metavar="URL", help=LLM_HELP)
    parser.add_argument("--llm-model", default="", metavar="NAME", help="what that service calls the model")
    parser.add_argument(
        "--idle", type=float, default=300.0, metavar="SECONDS", help="rest after everybody left (default: 300)"
    )
    add_recogniser(parser)


def add_demo(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.set_defaults(run=_demo)
    parser.add_argument("--once", action="store_true", help="end with the meeting")
    parser.add_argument("--seconds", type=float, metavar="N", help="play only so much of it, and end")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for any (default: 8000)")
    parser.add_argument("-o", "--output", action="append", default=[], type=Path, metavar="OUT", help=OUTPUT_HELP)


def _serve(args: argparse.Namespace) -> None:
    if args.tls is not None and len(args.tls) not in (0, 2):
        raise InputError("--tls takes a certificate and its key, or neither")
    settings = ServeConfig(
        data=args.data,
        host=args.host,
        port=args.port,
        open=args.open,
        tls=args.tls is not None,
        certificate=(args.tls[0], args.tls[1]) if args.tls else None,
        ice_addresses=tuple(args.ice_address),
        ice_servers=tuple(args.ice_server),
        origins=tuple(args.origin),
        llm_url=args.llm_url,
        llm_model=args.llm_model,
        llm_key=os.environ.get("VOICEMIND_LLM_KEY", ""),
        config=replace(config_of(args), voiceprints=str(args.data / "voiceprints") if args.voiceprints else ""),
        room=RoomConfig(record=args.record, idle=args.idle, keep_days=args.keep_days),
    )

    from voicemind.server.run import Serving, serve  # here, since it loads the server

    def announce(serving: Serving) -> None:
        print(f"voicemind listens at {serving.url}")
        if not settings.open and (serving.first or sys.stdout.isatty()):  # a log is no place for it
            print(f"You are the owner; sign in with {serving.sign_in}")
        print("Ctrl+C stops it.", flush=True)

    serve(settings, announce)


def _days(text: str) -> float:
    days = float(text)
    if not days > 0:
        raise argparse.ArgumentTypeError("takes a number of days, more than 0")
    return days


def _demo(args: argparse.Namespace) -> None:
    for output in args.output:
        check_output(output)

    from voicemind.server.demo import demo

    with progress(quiet=False) as bar:
        load_models(DEMO, bar)  # with a progress bar; the server then finds everything in the cache
    minutes = demo(args.port, DEMO, print, seconds=args.seconds, stay=not (args.once or args.seconds))
    for output in args.output:
        write_text(output, render(minutes, output.suffix))
