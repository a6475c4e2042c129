"""The benches as commands: their flags, and what measures. Nothing is loaded before one is run."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from voicemind.config import Config, SpeechConfig, read_glossary

if TYPE_CHECKING:
    from voicemind.backends.loading import Models
    from voicemind.bench.report import Report

Load = Callable[[Config], "Models"]

_HINTS_HELP = "terms to expect, one a line"
_PEER_HELP = "beside ours: whisperlivekit, whisper_streaming=FOLDER; with --fast offline (faster-whisper, beam 5)"


def add_benches(parser: argparse.ArgumentParser) -> None:
    """Add a sub-command a bench; each sets ``measure``, from the arguments and what loads models to a report."""
    what = parser.add_subparsers(title="what", required=True, metavar="WHAT")
    _add_asr(what.add_parser("asr", help="word error rate and CPU of the transcription"))
    _add_vad(what.add_parser("vad", help="speech that is missed, and silence that is taken for it, in noise too"))
    _add_noise(what.add_parser("noise", help="words that are made up where nobody speaks"))
    _add_diarization(what.add_parser("diarization", help="who speaks when in a sound that people share"))
    _add_board(what.add_parser("board", help="what an update of a shared board costs, and how long it takes"))
    _add_room(what.add_parser("room", help="what people in a room cost, how late they are heard, what loss costs"))
    _add_insight(what.add_parser("insight", help="topics, agenda, actions and talk of annotated meetings"))
    _add_meetings(what.add_parser("meetings", help="what is found in scripted meetings, from their sound"))
    for bench in what.choices.values():
        bench.add_argument("--json", type=Path, metavar="OUT")


def count(text: str) -> int:
    """Read a number of things, 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("takes 1 or more")
    return number


def _add_asr(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(measure=_asr)
    parser.add_argument("inputs", nargs="+", type=Path, metavar="MANIFEST.tsv|FILE")
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--language", default="en")
    parser.add_argument("--kind", action="append", default=[], help="only clips of this kind (may be given again)")
    parser.add_argument(
        "--streams", type=count, default=1, metavar="N", help="live streams at once, offset from each other"
    )
    clock = parser.add_mutually_exclusive_group()
    clock.add_argument("--virtual-clock", action="store_true", help="simulated time, computing measured in CPU seconds")
    clock.add_argument("--fast", action="store_true", help="finals only, as fast as can be, no latencies")
    parser.add_argument("--seconds", type=float, metavar="N", help="only so much of each recording")
    parser.add_argument("--repeat", type=float, default=0.0, metavar="N", help="again and again until so many seconds")
    parser.add_argument("--peer", action="append", default=[], help=_PEER_HELP)
    parser.add_argument("--hints", type=Path, metavar="FILE", help=_HINTS_HELP)


def _asr(args: argparse.Namespace, load: Load) -> "Report":
    from voicemind.bench import asr

    options = asr.Options(
        clock="virtual" if args.virtual_clock else "none" if args.fast else "real",
        streams=args.streams,
        seconds=args.seconds,
        repeat=args.repeat,
        kinds=tuple(args.kind),
        peers=tuple(args.peer),
        glossary=read_glossary(args.hints) if args.hints else (),
    )
    return asr.measure(args.inputs, load(Config(model=args.model, language=args.language)), options)


def _add_vad(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(measure=_vad)
    parser.add_argument("manifest", type=Path, metavar="MANIFEST.tsv")
    parser.add_argument("--kind", default="ami-meeting", help="clips with the times of their words")


def _vad(args: argparse.Namespace, _: Load) -> "Report":
    from voicemind.backends.onnx import SileroModel
    from voicemind.bench import vad
    from voicemind.weights import ModelStore

    return vad.measure(args.manifest, SileroModel(ModelStore().path("silero")).stream, kind=args.kind)


def _add_noise(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(measure=_noise)
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="recordings without speech")
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--language", default="auto")
    parser.add_argument("--hints", type=Path, metavar="FILE", help=_HINTS_HELP)


def _noise(args: argparse.Namespace, load: Load) -> "Report":
    from voicemind.bench import noise

    speech = SpeechConfig(glossary=read_glossary(args.hints) if args.hints else ())
    config = Config(model=args.model, language=args.language, speech=speech)
    return noise.measure(load(config), args.folder, config)


def _add_diarization(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(measure=_diarization)
    parser.add_argument("inputs", nargs="+", type=Path, metavar="MANIFEST.tsv|FILE")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--online", type=float, metavar="SECONDS", help="live: labels so many seconds after the speech")
    mode.add_argument("--final", action="store_true", help="after all of it was heard (the default)")
    parser.add_argument("--join", action="store_true", help="the clips of a series are one recording")
    parser.add_argument("--kind", action="append", default=[], help="only clips of this kind (may be given again)")
    parser.add_argument("--peer", action="append", default=[], help="beside ours: pyannote, diart (live)")


def _diarization(args: argparse.Namespace, _: Load) -> "Report":
    from voicemind.backends.loading import load_diarizer
    from voicemind.bench import diarization

    options = diarization.Options(args.online, args.join, tuple(args.kind), tuple(args.peer))
    return diarization.measure(args.inputs, load_diarizer(), options)


def _add_board(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(measure=_board)
    parser.add_argument("--clients", type=count, default=50, metavar="N")
    parser.add_argument("--rate", type=float, default=10.0, metavar="R", help="changes a second of each who writes")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S")
    parser.add_argument("--writers", type=count, metavar="N", help="how many of them write (default: all)")
    parser.add_argument("--cursors", type=float, default=0.0, metavar="R", help="cursor moves a second of each client")
    parser.add_argument("--rounds", type=count, default=1, metavar="N", help="measure in turn so often; medians count")
    parser.add_argument("--peer", action="append", default=[], choices=["hocuspocus"], help="by npm, in the same run")
    parser.add_argument("--elements", type=count, metavar="N", help="instead: open a board of so many shapes anew")


def _board(args: argparse.Namespace, _: Load) -> "Report":
    from voicemind.bench import board, board_open

    if args.elements:
        return board_open.measure(args.elements, args.rounds)
    scenario = board.Scenario(args.clients, args.rate, args.seconds, args.writers, args.cursors)
    return board.measure(scenario, peers=args.peer, rounds=args.rounds)


def _add_room(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(measure=_room)
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="of each phase")


def _room(args: argparse.Namespace, _: Load) -> "Report":
    from voicemind.bench import room

    return room.measure(args.seconds)


def _add_insight(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(measure=_insight)
    parser.add_argument("folder", type=Path, metavar="DIR", help="annotated meetings, or a folder of such folders")
    parser.add_argument("--tasks", type=Path, metavar="TASKS.json", help="agendas to judge, as agenda_tasks.py prints")
    parser.add_argument("--scorers", type=Path, metavar="DIR", help="scripts that score the answers (and print tasks)")
    parser.add_argument("--out", type=Path, required=True, metavar="SYSTEM.json", help="where the answers go")
    parser.add_argument("--split", default="dev", help="which meetings the scripts score")
    parser.add_argument("--only", default="", metavar="PREFIXES", help="only meetings named so, such as ES2002,IS1001")
    parser.add_argument(
        "--vectors", type=Path, metavar="DIR", help="keep the vectors of the texts here for the next run"
    )


def _insight(args: argparse.Namespace, _: Load) -> "Report":
    from voicemind.backends.text_embedder import MiniLm
    from voicemind.bench import insight
    from voicemind.weights import ModelStore

    options = insight.Options(args.out, args.tasks, args.scorers, args.vectors, args.split, args.only)
    return insight.measure(args.folder, MiniLm(ModelStore().path("minilm")), options)


def _add_meetings(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(measure=_meetings)
    parser.add_argument("folder", type=Path, metavar="DIR", help="folders with tracks/NAME.wav and truth.json")
    parser.add_argument("--scorers", type=Path, required=True, metavar="DIR", help="where score_meeting.py is")
    parser.add_argument("--model", default="auto")
    parser.add_argument("--language", default="auto")


def _meetings(args: argparse.Namespace, load: Load) -> "Report":
    from voicemind.bench import scripted

    config = Config(model=args.model, language=args.language)
    return scripted.measure(args.folder, args.scorers, load(config), config)
