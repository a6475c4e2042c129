"""``voicemind models``: the models on this machine."""

import argparse

from voicemind.cli.console import downloads, progress


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    actions.add_parser("list", help="which there are, and which are here").set_defaults(run=_list)
    pull = actions.add_parser("pull", help="download, verify and convert (default: what a meeting needs)")
    pull.set_defaults(run=_pull)
    pull.add_argument("names", nargs="*", metavar="NAME")
    verify = actions.add_parser("verify", help="check every byte of the models that are here")
    verify.set_defaults(run=_verify)
    verify.add_argument("names", nargs="*", metavar="NAME")
    path = actions.add_parser("path", help="print the folder of a model, pulled if need be")
    path.set_defaults(run=_path)
    path.add_argument("name", metavar="NAME")


def _list(_: argparse.Namespace) -> None:
    from voicemind.weights import ModelStore

    store = ModelStore()
    for name, spec in store.models.items():
        here = "here" if store.installed(name) else "-"
        print(f"{name:18} {here:5} {spec.size / 1e6:7.1f} MB  {spec.licence}")


def _pull(args: argparse.Namespace) -> None:
    from voicemind.weights import ModelStore

    store = ModelStore()
    with progress(quiet=False) as bar:
        for name in args.names or ["silero", "tiny.en", "base", "minilm"]:
            store.pull(name, downloads(bar))


def _verify(args: argparse.Namespace) -> None:
    from voicemind.weights import ModelStore

    store = ModelStore()
    for name in args.names or [name for name in store.models if store.installed(name)]:
        print(f"{name}: {store.verify(name)} is as the registry says")


def _path(args: argparse.Namespace) -> None:
    from voicemind.weights import ModelStore

    with progress(quiet=False) as bar:
        path = ModelStore().path(args.name, downloads(bar))
    print(path)
