"""``voicemind voiceprints``: voices that people gave to be recognised by."""

import argparse
from pathlib import Path

from voicemind.cli.console import ERRORS, downloads, progress, write_text
from voicemind.errors import InputError, VoiceprintError

_CONSENT_HELP = "the person is asked, and wishes to be recognised by their voice: without that none is kept"


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument("--dir", type=Path, metavar="DIR", help="where they are kept (default: in the data folder)")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="keep a person's voice, out of a recording in which only they speak")
    add.set_defaults(run=_add)
    add.add_argument("name", metavar="NAME")
    add.add_argument("file", type=Path, metavar="FILE")
    add.add_argument("--consent", action="store_true", help=_CONSENT_HELP)
    actions.add_parser("list", help="whose voices are kept").set_defaults(run=_list)
    export = actions.add_parser("export", help="all that is kept of a person, as JSON")
    export.set_defaults(run=_export)
    export.add_argument("name", metavar="NAME")
    export.add_argument("-o", "--output", type=Path, metavar="FILE")
    delete = actions.add_parser("delete", help="delete a person's voice for good")
    delete.set_defaults(run=_delete)
    delete.add_argument("name", metavar="NAME")


def _add(args: argparse.Namespace) -> None:
    if not args.consent:
        raise InputError(f"ask {args.name} first; with --consent you say that they wish it")

    from voicemind.backends.loading import load_diarizer  # here, since they load the model runtimes
    from voicemind.voiceprints import VoiceprintStore, enrol

    with progress(quiet=False) as bar:
        local = load_diarizer(progress=downloads(bar))
        added = VoiceprintStore(args.dir).add(args.name, enrol(args.file, local=local))
    print(f"{added.name}: {added.voice.seconds:.0f} s of speech, kept as {added.id}")


def _list(args: argparse.Namespace) -> None:
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


def _export(args: argparse.Namespace) -> None:
    from voicemind.voiceprints import VoiceprintStore

    store = VoiceprintStore(args.dir)
    text = store.export(store.find(args.name))
    if args.output:
        write_text(args.output, text)
    else:
        print(text)


def _delete(args: argparse.Namespace) -> None:
    from voicemind.voiceprints import VoiceprintStore

    store = VoiceprintStore(args.dir)
    store.delete(store.find(args.name))
    print(f"the voice of {args.name} is deleted")
