"""``voicemind bench asr``: how live streams are transcribed, ours and a peer's, in one report."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicemind.backends.loading import Models
from voicemind.bench import offline
from voicemind.bench.clips import find_clips
from voicemind.bench.peers.client import PeerJob, find_peer
from voicemind.bench.real_time import listen
from voicemind.bench.report import Report, Row
from voicemind.bench.simulated import simulate
from voicemind.bench.streams import load_clip, measure_streams, peer_row, ratios
from voicemind.config import Config, SpeechConfig
from voicemind.errors import InputError
from voicemind.weights.store import ModelStore

OFFLINE = "offline"  # faster-whisper over the whole file


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be measured: ``clock`` is real, virtual, or none, which is as fast as can be and gives no latencies.

    ``streams`` copies of each recording, its first ``seconds``, again and again until ``repeat`` seconds.
    """

    clock: str = "real"
    streams: int = 1
    seconds: float | None = None
    repeat: float = 0.0
    kinds: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    glossary: tuple[str, ...] = ()


def measure(inputs: Sequence[Path], models: Models, options: Options) -> Report:
    """Measure recordings: files, or manifests; InputError where there is nothing to measure."""
    found = find_clips(inputs, models.language, options.kinds)
    config = Config(speech=SpeechConfig(glossary=options.glossary))
    if options.clock == "none":
        if set(options.peers) - {OFFLINE}:
            raise InputError(f"as fast as can be there is one peer, {OFFLINE}; the others are live")
        return offline.measure(found, models, peers=options.peers, config=config)
    peers = [find_peer(peer) for peer in options.peers]
    if len(found) > 1 and peers:
        raise InputError("a peer is measured on one recording at a time; name one")
    run = simulate if options.clock == "virtual" else listen
    clips = [load_clip(name, path, options.seconds) for name, path in found]
    rows = measure_streams(clips, models, run, options.streams, repeat=options.repeat, config=config)
    beside: dict[str, Row] = {}
    for peer in peers:
        job = PeerJob(
            ModelStore().path(models.asr.name), models.language, options.streams, virtual=options.clock == "virtual"
        )
        row = peer_row(clips[0], models, peer.name, peer.run(clips[0].samples, job))
        beside |= {peer.name: row, f"{peer.name} / ours": ratios(row, rows[0])}
    return Report("voicemind bench asr", rows, beside)
