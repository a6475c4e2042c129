"""``voicemind replay``: a recording goes in, minutes come out."""

import argparse
import datetime
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from voicemind.bench.commands import count
from voicemind.cli.console import ERRORS, check_output, progress, read_text, write_text
from voicemind.cli.options import LLM_HELP, OUTPUT_HELP, VOICEPRINTS_HELP, add_recogniser, config_of, load_models
from voicemind.config import default_data
from voicemind.errors import InputError
from voicemind.timeline.agenda import parse_agenda
from voicemind.timeline.corrections import parse_corrections
from voicemind.timeline.formats import render

if TYPE_CHECKING:
    from voicemind.timeline.minutes import Minutes

_DIARIZER_HELP = "what tells the voices of a recording apart; none: it counts as one speaker"
_CORRECTIONS_HELP = "JSON: a list of {kind, target, value}; ids are those of minutes.json that were made before"


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.set_defaults(run=_replay)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a recording, or its parts in order")
    parser.add_argument("--track", action="append", default=[], metavar="NAME=FILE", help="one participant's own track")
    parser.add_argument("--agenda", type=Path, metavar="FILE", help="one item a line: '- Title (10 min) @Owner'")
    parser.add_argument("--title", help="title of the minutes (default: the name of the recording)")
    parser.add_argument("--date", help="day of the meeting, YYYY-MM-DD (default: when the file was last changed)")
    add_recogniser(parser)
    parser.add_argument("--speakers", type=_speakers, metavar="auto|N", help="how many people speak in a recording")
    parser.add_argument("--corrections", type=Path, metavar="FILE", help=_CORRECTIONS_HELP)
    parser.add_argument(
        "--voiceprints",
        nargs="?",
        type=Path,
        const=default_data() / "voiceprints",
        metavar="DIR",
        help=VOICEPRINTS_HELP,
    )
    parser.add_argument("--diarizer", default="auto", choices=["auto", "none", "pyannote"], help=_DIARIZER_HELP)
    parser.add_argument("--llm-url", default="", metavar="URL", help=LLM_HELP)
    parser.add_argument("--llm-model", default="", metavar="NAME", help="what that service calls the model")
    parser.add_argument("-o", "--output", action="append", default=[], type=Path, metavar="OUT", help=OUTPUT_HELP)
    parser.add_argument("--json", action="store_true", help="write minutes.json to standard output")
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def _replay(args: argparse.Namespace) -> None:
    tracks = _tracks(args.track)
    inputs = [*args.files, *tracks.values()]
    if not inputs:
        raise InputError("nothing to replay: name a recording, or tracks as --track NAME=FILE")
    if args.diarizer == "pyannote":
        raise InputError("--diarizer pyannote is not built yet; auto uses pyannote's segmentation model")
    _check_llm(args)
    for output in args.output:
        check_output(output)
    agenda = parse_agenda(read_text(args.agenda, "agenda")) if args.agenda else ()
    corrections = parse_corrections(read_text(args.corrections, "file of corrections")) if args.corrections else []
    date = _date(args.date, inputs)
    title = args.title or (args.files[0].stem if args.files else "Meeting")
    config = replace(config_of(args), diarizer=args.diarizer, speakers=args.speakers)
    config = replace(config, voiceprints=str(args.voiceprints or ""))

    from voicemind.recording import replay  # here, since it loads the model runtimes

    with progress(args.quiet) as bar:
        models = load_models(config, bar)
        task = bar.add_task("listening", total=None)
        minutes = replay(
            args.files,
            tracks=tracks,
            agenda=agenda,
            title=title,
            date=date,
            config=config,
            models=models,
            corrections=corrections,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
        bar.update(task, description="summing up")
        _sum_up(args, minutes)
    if not args.quiet:
        for voice in minutes.insights("voice"):
            ERRORS.print(voice.text, markup=False)
    for output in args.output:
        write_text(output, render(minutes, output.suffix))
    if args.json:
        print(render(minutes, ".json"))
    elif not args.output:
        print(render(minutes, ".md"))


def _check_llm(args: argparse.Namespace) -> None:
    if bool(args.llm_url) != bool(args.llm_model):
        raise InputError("--llm-url and --llm-model go together")


def _sum_up(args: argparse.Namespace, minutes: "Minutes") -> None:
    """Let a language model write the summary, where one is named; without its answer the extractive one stays."""
    if not args.llm_url:
        return
    from voicemind.backends.llm import OpenAiLlm
    from voicemind.summarising import add_summary

    add_summary(minutes, OpenAiLlm(args.llm_url, args.llm_model, os.environ.get("VOICEMIND_LLM_KEY", "")))


def _tracks(pairs: Sequence[str]) -> dict[str, Path]:
    tracks: dict[str, Path] = {}
    for pair in pairs:
        name, equals, path = pair.partition("=")
        name = name.strip()
        if not equals or not name or not path:
            raise InputError(f"--track {pair!r} is not NAME=FILE")
        if name in tracks:
            raise InputError(f"the track {name!r} is given twice; give each participant a name of their own")
        tracks[name] = Path(path)
    return tracks


def _speakers(text: str) -> int | None:
    return None if text == "auto" else count(text)


def _date(given: str | None, inputs: Sequence[Path]) -> datetime.date | None:
    if given is not None:
        try:
            return datetime.date.fromisoformat(given)
        except ValueError:
            raise InputError(f"--date {given!r} is not a day; write it as 2026-03-09") from None
    try:
        changed = min(path.stat().st_mtime for path in inputs)
    except OSError:
        return None  # what is wrong with the file is said when it is opened
    return datetime.datetime.fromtimestamp(changed).astimezone().date()
