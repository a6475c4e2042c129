"""Voices over WebRTC: peers, jitter, mix-minus and WHIP signalling; the only importer of aiortc."""
