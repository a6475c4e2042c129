"""Two laptops in one room, simulated: what each microphone gets of its own speaker and of the other's."""

from dataclasses import dataclass

import numpy as np

from voicemind.audio.frame import SAMPLE_RATE, Samples


@dataclass(frozen=True, slots=True)
class Acoustics:
    """How the second microphone gets a voice: decibels below its own, seconds later, reverberation time in seconds."""

    down: float
    later: float
    reverb: float = 0.4


def laptops(voices: list[Samples], acoustics: Acoustics, seed: int) -> tuple[list[Samples], list[Samples]]:
    """Return what each microphone gets, and the same without the others' voices; all of one length."""
    rng = np.random.default_rng(seed)
    size = max(map(len, voices))
    levelled = [np.pad(voice, (0, size - len(voice))) * 0.05 / _loudness(voice) for voice in voices]
    alone = [_reverberate(voice, 8.0, acoustics.reverb, rng) for voice in levelled]
    late = round(acoustics.later * SAMPLE_RATE)
    heard = []
    for i, own in enumerate(alone):
        mixed = own + 1e-3 * rng.standard_normal(size).astype(np.float32)
        for other in [voice for j, voice in enumerate(levelled) if j != i]:
            leak = 10 ** (-acoustics.down / 20) * _reverberate(other, -1.0, acoustics.reverb, rng)
            mixed[late:] += leak[: size - late]
        heard.append(mixed.astype(np.float32))
    return heard, alone


def conversation(voices: tuple[Samples, Samples], seconds: float, seed: int) -> list[Samples]:
    """Let two take turns of some seconds, where a third of them begin before the other has ended."""
    rng = np.random.default_rng(seed)
    size, at, who = round(seconds * SAMPLE_RATE), SAMPLE_RATE // 2, 0
    laid = [np.zeros(size, np.float32) for _ in voices]
    taken = [0, 0]
    while True:
        turn = round(rng.uniform(1.5, 6.0) * SAMPLE_RATE)
        piece = voices[who][taken[who] : taken[who] + turn]
        if len(piece) < turn or at + turn > size:
            return laid
        laid[who][at : at + turn] += piece
        taken[who] += turn
        overlap = rng.uniform(0.5, 2.5) if rng.random() < 1 / 3 else rng.uniform(-1.0, -0.1)
        at += max(SAMPLE_RATE // 3, turn - round(overlap * SAMPLE_RATE))
        who = 1 - who


def _reverberate(voice: Samples, direct: float, reverb: float, rng: np.random.Generator) -> Samples:
    """Convolve with an impulse and a decaying tail that is ``direct`` decibels below it; power 1."""
    time = np.arange(round(0.6 * SAMPLE_RATE)) / SAMPLE_RATE
    response = rng.standard_normal(len(time)) * 10 ** (-3 * time / reverb)
    response[:32] = 0.0
    response *= np.sqrt(10 ** (-direct / 10) / np.sum(response**2))
    response[0] = 1.0
    response /= np.sqrt(np.sum(response**2))
    size = 1 << (len(voice) + len(response)).bit_length()
    found = np.fft.irfft(np.fft.rfft(voice, size) * np.fft.rfft(response, size), size)
    return found[: len(voice)].astype(np.float32)


def _loudness(voice: Samples) -> float:
    powers = np.mean(voice[: len(voice) // 320 * 320].reshape(-1, 320) ** 2, 1)
    return float(np.sqrt(np.mean(powers[powers > 1e-3 * powers.max()])))
