"""The callers of ``bench room``, as a process: joins, measures and prints what was found as JSON.

Run as a module with the server's address, its process, the seconds of each phase and the phases.
"""

import json
import statistics
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import anyio
import httpx
import numpy as np
from aiortc.rtp import RtpPacket

from voicemind.bench.callers import Caller, encoded
from voicemind.bench.process import cpu_seconds
from voicemind.bench.room import LOSS_SECONDS, LOSSES, Company
from voicemind.room.conference import Conference
from voicemind.room.ice import LOOPBACK, IceConfig
from voicemind.room.opus import FRAME, RATE, OpusDecoder, OpusEncoder, Pcm
from voicemind.room.peer import Peer, PeerConfig, Post
from voicemind.room.signaling import Offer
from voicemind.server.demo import sample

WARM_UP = 3.0  # seconds before a phase is measured
BLIP = 50  # packets from one sound to the next, in which a listener waits for it
LOUD = 2000  # int16; a blip is louder, what leads up to it is not


async def main(told: dict[str, Any]) -> dict[str, Any]:
    """Go through the phases."""
    seconds, cpu = float(told["seconds"]), []
    voices = [encoded(path) for path in sorted(sample().glob("*.opus"))]
    async with httpx.AsyncClient(base_url=told["address"]) as http:
        for number, phase in enumerate(told["phases"]):
            cpu.append(await _phase(http, f"bench{number}", Company(**phase), voices, int(told["pid"]), seconds))
        delays = await _delays(http, seconds)
    delivered = [await _delivered(loss, voices[0]) for loss in LOSSES]
    p95 = statistics.quantiles(delays, n=20)[-1]
    return {"cpu": cpu, "ear_p50": statistics.median(delays), "ear_p95": p95, "delivered": delivered}


def _post(http: httpx.AsyncClient, room: str, name: str) -> Post:
    async def post(sdp: str) -> str:
        query = {"participant": name, "name": name}
        answer = await http.post(
            f"/whip/{room}", params=query, content=sdp, headers={"Content-Type": "application/sdp"}
        )
        return answer.raise_for_status().text

    return post


async def _phase(
    http: httpx.AsyncClient, room: str, company: Company, voices: Sequence[list[bytes]], pid: int, seconds: float
) -> float:
    """Return the share of a core that the server takes with a company in a room."""
    silence = [_tone(0)] * BLIP
    async with AsyncExitStack() as stack:
        for number in range(company.people):
            talks, silent = number < company.talking, number < company.talking + company.silent
            packets = voices[number % len(voices)] if talks else silence if silent else []
            listens = company.ears or not silent
            caller = await Caller.call(
                _post(http, room, f"p{number}"), packets, silent=not talks, hear=_ignore if listens else None
            )
            stack.push_async_callback(caller.close)
        await anyio.sleep(WARM_UP)
        before, began = cpu_seconds(pid), anyio.current_time()
        await anyio.sleep(seconds)
        return (cpu_seconds(pid) - before) / (anyio.current_time() - began)


async def _delays(http: httpx.AsyncClient, seconds: float) -> list[float]:
    """Return how long it takes from a mouth to another's ear: from the first sample to where it can be played, ms."""
    blips = [_tone(20_000)] * 5 + [_tone(0)] * (BLIP - 5)
    decoder, onsets, quiet = OpusDecoder(), list[float](), 0

    def hear(packet: RtpPacket) -> None:
        nonlocal quiet
        loud = abs(decoder.decode(packet.payload)).max(initial=0) > LOUD
        if loud and quiet > 5:
            onsets.append(anyio.current_time())
        quiet = 0 if loud else quiet + 1

    speaker = await Caller.call(_post(http, "delay", "mouth"), blips)
    listener = await Caller.call(_post(http, "delay", "ear"), [], hear=hear)
    await anyio.sleep(WARM_UP + seconds)
    spoken = [at - FRAME / RATE for at in speaker.said.sent[::BLIP]]
    await speaker.close()
    await listener.close()
    pairs = [(max((s for s in spoken if s < onset), default=None), onset) for onset in onsets]
    return [1000 * (onset - said) for said, onset in pairs if said is not None]


async def _delivered(loss: float, voice: list[bytes]) -> float:
    """Return which share of the frames of a voice is decoded, where so many packets are lost."""
    taken, peers = 0, []

    def hear(_samples: Pcm, _timestamp: int) -> None:
        nonlocal taken
        taken += 1

    async def post(sdp: str) -> str:
        config = PeerConfig(ice=IceConfig(listen=(LOOPBACK,)))
        ears = Conference().join("peer").ears
        peer, answer = await Peer.answer(Offer.parse(sdp), ears, hear, anyio.current_time, config)
        peers.append(peer)
        return answer

    caller = await Caller.call(post, voice, loss=loss)
    await anyio.sleep(LOSS_SECONDS)
    caller.said.stop()
    await anyio.sleep(1.0)
    await caller.close()
    for peer in peers:
        async with peer:
            pass
    return taken / len(caller.said.sent)


def _tone(amplitude: int) -> bytes:
    """Return a packet of a tone, encoded alone."""
    time = np.arange(FRAME) / RATE
    packet = OpusEncoder().encode((amplitude * np.sin(2 * np.pi * 500 * time)).astype(np.int16), 0)
    return b"" if packet is None else bytes(packet)


def _ignore(_: RtpPacket) -> None:
    """Hear without listening."""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(anyio.run(main, json.loads(sys.argv[1]))))
