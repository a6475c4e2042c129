"""Flags that several commands have, and the settings that they ask for."""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress

from voicemind.cli.console import downloads
from voicemind.config import ASR_KEY, Config, SpeechConfig, parse_languages, read_glossary
from voicemind.errors import InputError
from voicemind.timeline.formats import FORMATS

if TYPE_CHECKING:
    from voicemind.backends.loading import Models

OUTPUT_HELP = f"where minutes go, as {', '.join(FORMATS)} by the suffix (default: Markdown on standard output)"
VOICEPRINTS_HELP = "recognise those who gave their voice (default: nobody is recognised)"
LLM_HELP = "a service with OpenAI's chat API that writes the summary; its key is in VOICEMIND_LLM_KEY"

_LANGUAGE_HELP = "auto, a code such as en, several as en,de to choose from, or NAME=CODE of one participant"
_HINTS_HELP = "terms and names that may be said, one a line, so that they are spelled right"
_HEAT_HELP = "tell of stretches where people get angry (default), or not at all"
_DOCUMENTS_HELP = "suggest passages of the documents that `voicemind index` took in, while they are talked about"
_ASR_HELP = "whisper on this machine, or a service with OpenAI's API; its key is in VOICEMIND_ASR_KEY"


def add_recogniser(parser: argparse.ArgumentParser) -> None:
    """Describe how speech is recognised."""
    parser.add_argument("--model", default="auto", help="auto, tiny.en, base, or a folder with a CTranslate2 Whisper")
    parser.add_argument("--language", action="append", default=[], metavar="CODE", help=_LANGUAGE_HELP)
    parser.add_argument("--hints", type=Path, metavar="FILE", help=_HINTS_HELP)
    parser.add_argument("--heat", action=argparse.BooleanOptionalAction, default=True, help=_HEAT_HELP)
    parser.add_argument("--documents", type=Path, metavar="INDEX", help=_DOCUMENTS_HELP)
    parser.add_argument("--asr", default="whisper", choices=["whisper", "openai"], help=_ASR_HELP)
    parser.add_argument("--asr-url", default="", metavar="URL", help="of that service, such as https://host/v1")
    parser.add_argument("--asr-interims", action="store_true", help="ask it while people speak too, at its price")


def config_of(args: argparse.Namespace) -> Config:
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
        heat=args.heat,
        documents=_documents(args.documents),
        speech=speech,
    )


def _documents(index: Path | None) -> str:
    """Return the index as it is found from anywhere; InputError at once where it is none."""
    if index is None:
        return ""
    if not index.is_file():
        raise InputError(f"{index}: no documents are indexed; `voicemind index FOLDER` takes them in")
    return str(index.resolve())


def load_models(config: Config, bar: Progress) -> "Models":
    """Load what a meeting needs; what has to be downloaded for it is shown."""
    from voicemind.backends.loading import load  # here, since it loads the model runtimes

    return load(config, progress=downloads(bar))
