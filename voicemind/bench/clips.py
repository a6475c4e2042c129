"""The recordings to measure: those of a manifest, or files as they are."""

import csv
from collections.abc import Sequence
from pathlib import Path

from voicemind.errors import InputError

MANIFEST = ".tsv"


def find_clips(
    inputs: Sequence[Path], language: str | None = None, kinds: Sequence[str] = ()
) -> list[tuple[str, Path]]:
    """Return name and file of each recording: of files, and of the clips of manifests that have a transcript.

    A manifest is a table with tabs and the columns id, file, kind, lang, has_transcript; beside each file
    stands its transcript as .txt. ``language`` and ``kinds`` choose from manifests, None and none everything.
    Raises InputError when nothing is left to measure.
    """
    clips = []
    for path in inputs:
        if path.suffix == MANIFEST:
            clips += _clips(path, language, kinds)
        elif path.is_file():
            clips.append((path.stem, path))
        else:
            raise InputError(f"{path}: there is no such recording; give a file, or a manifest as .tsv")
    return clips


def _clips(manifest: Path, language: str | None, kinds: Sequence[str]) -> list[tuple[str, Path]]:
    try:
        with manifest.open(encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file, delimiter="\t"))
        clips = [
            (row["id"], manifest.parent / row["file"])
            for row in table
            if row["has_transcript"] == "yes"
            and (language is None or row["lang"] == language)
            and (not kinds or row["kind"] in kinds)
        ]
    except OSError as error:
        raise InputError(f"{manifest}: the manifest cannot be read ({error.strerror})") from error
    except KeyError as error:
        raise InputError(f"{manifest}: the manifest has no column {error}; is it a table with tabs?") from None
    if not clips:
        raise InputError(f"{manifest}: no clip with a transcript in this language and of these kinds")
    return clips
