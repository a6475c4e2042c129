"""The command line: argparse and nothing else; what is done stands in the modules."""

import argparse
import datetime
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from voicemind.bench.commands import add_benches, count
from voicemind.config import (
    ASR_KEY,
    Config,
    RoomConfig,
    ServeConfig,
    SpeechConfig,
    default_data,
    parse_languages,
    read_glossary,
)
from voicemind.errors import BackendError, InputError, VoicemindError, VoiceprintError
from voicemind.timeline.agenda import parse_agenda
from voicemind.timeline.corrections import parse_corrections
from voicemind.timeline.formats import FORMATS, render

if TYPE_CHECKING:
    from voicemind.backends.document_index import DocumentIndex
    from voicemind.backends.loading import Models
    from voicemind.bench.report import Report
    from voicemind.timeline.minutes import Minutes

DONE, FAILED, BAD_INPUT, CANCELLED = 0, 1, 2, 130

DEMO = Config(model="tiny.en", language="en")

_DIARIZER_HELP = "what tells the voices of a recording apart; none: it counts as one speaker"
_CORRECTIONS_HELP = "JSON: a list of {kind, target, value}; ids are those of minutes.json that were made before"
_VOICEPRINTS_HELP = "recognise those who gave their voice (default: nobody is recognised)"
_CONSENT_HELP = "the person is asked, and wishes to be recognised by their voice: without that none is kept"
_LANGUAGE_HELP = "auto, a code such as en, several as en,de to choose from, or NAME=CODE of one participant"
_HINTS_HELP = "terms and names that may be said, one a line, so that they are spelled right"
_ASR_HELP = "whisper on this machine, or a service with OpenAI's API; its key is in VOICEMIND_ASR_KEY"
_LLM_HELP = "a service with OpenAI's chat API that writes the summary; its key is in VOICEMIND_LLM_KEY"
_OUTPUT_HELP = f"where minutes go, as {', '.join(FORMATS)} by the suffix (default: Markdown on standard output)"


ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)


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
    _add_replay(commands.add_parser("replay", help="a recording goes in, minutes come out"))
    _add_serve(commands.add_parser("serve", help="rooms in the browser"))
    _add_demo(commands.add_parser("demo", help="a room in which the sample meeting is played; join and talk along"))
    _add_models(commands.add_parser("models", help="the models on this machine"))
    _add_voiceprints(commands.add_parser("voiceprints", help="voices that people gave to be recognised by"))
    _add_documents(commands)
    bench = commands.add_parser("bench", help="measure speed and quality")
    bench.set_defaults(run=_bench)
    add_benches(bench)
    return parser


def _add_replay(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_replay)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a recording, or its parts in order")
    parser.add_argument("--track", action="append", default=[], metavar="NAME=FILE", help="one participant's own track")
    parser.add_argument("--agenda", type=Path, metavar="FILE", help="one item a line: '- Title (10 min) @Owner'")
    parser.add_argument("--title", help="title of the minutes (default: the name of the recording)")
    parser.add_argument("--date", help="day of the meeting, YYYY-MM-DD (default: when the file was last changed)")
    _add_recogniser(parser)
    parser.add_argument("--speakers", type=_speakers, metavar="auto|N", help="how many people speak in a recording")
    parser.add_argument("--corrections", type=Path, metavar="FILE", help=_CORRECTIONS_HELP)
    parser.add_argument(
        "--voiceprints",
        nargs="?",
        type=Path,
        const=default_data() / "voiceprints",
        metavar="DIR",
        help=_VOICEPRINTS_HELP,
    )
    parser.add_argument("--diarizer", default="auto", choices=["auto", "none", "pyannote"], help=_DIARIZER_HELP)
    parser.add_argument("--llm-url", default="", metavar="URL", help=_LLM_HELP)
    parser.add_argument("--llm-model", default="", metavar="NAME", help="what that service calls the model")
    parser.add_argument("-o", "--output", action="append", default=[], type=Path, metavar="OUT", help=_OUTPUT_HELP)
    parser.add_argument("--json", action="store_true", help="write minutes.json to standard output")
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_serve)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for any (default: 8000)")
    parser.add_argument("--data", type=Path, default=default_data(), metavar="DIR", help="where rooms are kept")
    parser.add_argument("--open", action="store_true", help="no sign-in; on loopback only")
    parser.add_argument("--tls", nargs="*", type=Path, metavar="PEM", help="https; with CERT KEY, or one made here")
    parser.add_argument("--ice-address", action="append", default=[], metavar="IP", help="address announced for sound")
    parser.add_argument("--ice-server", action="append", default=[], metavar="URL", help="stun:… or turn:user:pass@…")
    parser.add_argument("--origin", action="append", default=[], metavar="URL", help="other pages that may connect")
    parser.add_argument(
        "--record",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="keep what is said as sound (default: on disk only until it is transcribed)",
    )
    parser.add_argument("--voiceprints", action="store_true", help=_VOICEPRINTS_HELP)
    parser.add_argument(
        "--idle", type=float, default=300.0, metavar="SECONDS", help="rest after everybody left (default: 300)"
    )
    _add_recogniser(parser)


def _add_recogniser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default="auto", help="auto, tiny.en, base, or a folder with a CTranslate2 Whisper")
    parser.add_argument("--language", action="append", default=[], metavar="CODE", help=_LANGUAGE_HELP)
    parser.add_argument("--hints", type=Path, metavar="FILE", help=_HINTS_HELP)
    parser.add_argument("--asr", default="whisper", choices=["whisper", "openai"], help=_ASR_HELP)
    parser.add_argument("--asr-url", default="", metavar="URL", help="of that service, such as https://host/v1")
    parser.add_argument("--asr-interims", action="store_true", help="ask it while people speak too, at its price")


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_demo)
    parser.add_argument("--once", action="store_true", help="end with the meeting")
    parser.add_argument("--seconds", type=float, metavar="N", help="play only so much of it, and end")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for any (default: 8000)")
    parser.add_argument("-o", "--output", action="append", default=[], type=Path, metavar="OUT", help=_OUTPUT_HELP)


def _add_models(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    actions.add_parser("list", help="which there are, and which are here").set_defaults(run=_models_list)
    pull = actions.add_parser("pull", help="download, verify and convert (default: what a meeting needs)")
    pull.set_defaults(run=_models_pull)
    pull.add_argument("names", nargs="*", metavar="NAME")
    verify = actions.add_parser("verify", help="check every byte of the models that are here")
    verify.set_defaults(run=_models_verify)
    verify.add_argument("names", nargs="*", metavar="NAME")
    path = actions.add_parser("path", help="print the folder of a model, pulled if need be")
    path.set_defaults(run=_models_path)
    path.add_argument("name", metavar="NAME")


def _add_documents(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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


def _add_voiceprints(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, metavar="DIR", help="where they are kept (default: in the data folder)")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="keep a person's voice, out of a recording in which only they speak")
    add.set_defaults(run=_voiceprints_add)
    add.add_argument("name", metavar="NAME")
    add.add_argument("file", type=Path, metavar="FILE")
    add.add_argument("--consent", action="store_true", help=_CONSENT_HELP)
    actions.add_parser("list", help="whose voices are kept").set_defaults(run=_voiceprints_list)
    export = actions.add_parser("export", help="all that is kept of a person, as JSON")
    export.set_defaults(run=_voiceprints_export)
    export.add_argument("name", metavar="NAME")
    export.add_argument("-o", "--output", type=Path, metavar="FILE")
    delete = actions.add_parser("delete", help="delete a person's voice for good")
    delete.set_defaults(run=_voiceprints_delete)
    delete.add_argument("name", metavar="NAME")


def _replay(args: argparse.Namespace) -> None:
    tracks = _tracks(args.track)
    inputs = [*args.files, *tracks.values()]
    if not inputs:
        raise InputError("nothing to replay: name a recording, or tracks as --track NAME=FILE")
    if args.diarizer == "pyannote":
        raise InputError("--diarizer pyannote is not built yet; auto uses pyannote's segmentation model")
    _check_llm(args)
    for output in args.output:
        _check_output(output)
    agenda = parse_agenda(_read(args.agenda, "agenda")) if args.agenda else ()
    corrections = parse_corrections(_read(args.corrections, "file of corrections")) if args.corrections else []
    date = _date(args.date, inputs)
    title = args.title or (args.files[0].stem if args.files else "Meeting")
    config = replace(_config(args), diarizer=args.diarizer, speakers=args.speakers)
    config = replace(config, voiceprints=str(args.voiceprints or ""))

    from voicemind.recording import replay  # here, since it loads the model runtimes

    with _progress(args.quiet) as bar:
        models = _load(config, bar)
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
        _write(output, render(minutes, output.suffix))
    if args.json:
        print(render(minutes, ".json"))
    elif not args.output:
        print(render(minutes, ".md"))


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

    with _progress(args.quiet) as bar:
        return DocumentIndex(args.index, load_embedder(progress=_downloads(bar)))


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
        config=replace(_config(args), voiceprints=str(args.data / "voiceprints") if args.voiceprints else ""),
        room=RoomConfig(record=args.record, idle=args.idle),
    )

    from voicemind.server.run import Serving, serve  # here, since it loads the server

    def announce(serving: Serving) -> None:
        print(f"voicemind listens at {serving.url}")
        if not settings.open and (serving.first or sys.stdout.isatty()):  # a log is no place for it
            print(f"You are the owner; sign in with {serving.sign_in}")
        print("Ctrl+C stops it.", flush=True)

    serve(settings, announce)


def _demo(args: argparse.Namespace) -> None:
    for output in args.output:
        _check_output(output)

    from voicemind.server.demo import demo

    with _progress(quiet=False) as bar:
        _load(DEMO, bar)  # with a progress bar; the server then finds everything in the cache
    minutes = demo(args.port, DEMO, print, seconds=args.seconds, stay=not (args.once or args.seconds))
    for output in args.output:
        _write(output, render(minutes, output.suffix))


def _models_list(_: argparse.Namespace) -> None:
    from voicemind.weights import ModelStore

    store = ModelStore()
    for name, spec in store.models.items():
        here = "here" if store.installed(name) else "-"
        print(f"{name:18} {here:5} {spec.size / 1e6:7.1f} MB  {spec.licence}")


def _models_pull(args: argparse.Namespace) -> None:
    from voicemind.weights import ModelStore

    store = ModelStore()
    with _progress(quiet=False) as bar:
        for name in args.names or ["silero", "tiny.en", "base", "minilm"]:
            store.pull(name, _downloads(bar))


def _models_verify(args: argparse.Namespace) -> None:
    from voicemind.weights import ModelStore

    store = ModelStore()
    for name in args.names or [name for name in store.models if store.installed(name)]:
        print(f"{name}: {store.verify(name)} is as the registry says")


def _models_path(args: argparse.Namespace) -> None:
    from voicemind.weights import ModelStore

    with _progress(quiet=False) as bar:
        path = ModelStore().path(args.name, _downloads(bar))
    print(path)


def _voiceprints_add(args: argparse.Namespace) -> None:
    if not args.consent:
        raise InputError(f"ask {args.name} first; with --consent you say that they wish it")

    from voicemind.backends.loading import load_diarizer  # here, since they load the model runtimes
    from voicemind.voiceprints import VoiceprintStore, enrol

    with _progress(quiet=False) as bar:
        local = load_diarizer(progress=_downloads(bar))
        added = VoiceprintStore(args.dir).add(args.name, enrol(args.file, local=local))
    print(f"{added.name}: {added.voice.seconds:.0f} s of speech, kept as {added.id}")


def _voiceprints_list(args: argparse.Namespace) -> None:
    from voicemind.voiceprints import VoiceprintStore

    store, damaged = VoiceprintStore(args.dir), []
    for print_id in store.ids():
        try:
            known = store.read(print_id)
        except VoiceprintError as error:
            damaged.append(error)
        else:
            print(f"{known.id:24} {known.name:24} {known.voice.seconds:5.0f} s  {known.made}")
    for problem in damaged[:-1]:
        ERRORS.print(f"voicemind: {problem}", markup=False)
    if damaged:
        raise damaged[-1]


def _voiceprints_export(args: argparse.Namespace) -> None:
    from voicemind.voiceprints import VoiceprintStore

    store = VoiceprintStore(args.dir)
    text = store.export(store.find(args.name))
    if args.output:
        _write(args.output, text)
    else:
        print(text)


def _voiceprints_delete(args: argparse.Namespace) -> None:
    from voicemind.voiceprints import VoiceprintStore

    store = VoiceprintStore(args.dir)
    store.delete(store.find(args.name))
    print(f"the voice of {args.name} is deleted")


def _bench(args: argparse.Namespace) -> None:
    def models(config: Config) -> "Models":
        with _progress(quiet=False) as bar:
            return _load(config, bar)

    report: Report = args.measure(args, models)
    print(report.table())
    for name, row in report.peers.items():
        if "cpu_ratio" in row:
            print(f"CPU an update: {row['cpu_ratio']:.2f} x {name}")
    if args.json:
        _write(args.json, json.dumps(report.to_dict(), indent=1))


def _config(args: argparse.Namespace) -> Config:
    """Return the settings that the flags of the recogniser ask for."""
    language, candidates, spoken = parse_languages(args.language)
    glossary = read_glossary(args.hints) if args.hints else ()
    speech = replace(SpeechConfig(), candidates=candidates, spoken=spoken, glossary=glossary)
    if args.asr == "openai" and not args.asr_interims:
        speech = replace(speech, interim_interval=None)
    return Config(
        model=args.model,
        language=language,
        asr=args.asr,
        asr_url=args.asr_url,
        asr_key=os.environ.get(ASR_KEY, ""),
        asr_interims=args.asr_interims,
        speech=speech,
    )


def _load(config: Config, bar: Progress) -> "Models":
    from voicemind.backends.loading import load  # here, since it loads the model runtimes

    return load(config, progress=_downloads(bar))


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERRORS, transient=True, disable=quiet or not ERRORS.is_terminal) as bar:
        yield bar


def _downloads(bar: Progress) -> Callable[[int, int, str], None]:
    """Show a download or an export as a bar of its own, gone when it is done."""
    tasks: dict[str, TaskID] = {}

    def show(done: int, total: int, text: str) -> None:
        if text not in tasks:
            tasks[text] = bar.add_task(text, total=total or None)
        bar.update(tasks[text], completed=done, total=total or None, visible=not total or done < total)

    return show


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


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: the {what} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise InputError(f"{path}: the {what} is not text in UTF-8; save it as plain text") from None


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


def _check_output(path: Path) -> None:
    if path.suffix.removeprefix(".").lower() not in FORMATS:
        raise InputError(f"{path}: the suffix says no format of minutes; use one of {', '.join(FORMATS)}")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}; make it first")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error
