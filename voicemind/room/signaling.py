"""The WHIP exchange (RFC 9725): offers and ICE fragments in, replies out; no socket, no server."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiortc.sdp import MediaDescription, SessionDescription, candidate_from_sdp

from voicemind.errors import SignalError
from voicemind.room.ice import IceServer

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
MAX_BYTES = 64 * 1024  # of an offer; a browser's has 2 to 10 kB
MAX_SECTIONS = 8  # media sections of an offer

_DROPPED = ("a=end-of-candidates",)


@dataclass(frozen=True, slots=True)
class Section:
    """A media section of an offer; ``direction`` is the participant's: sendrecv, sendonly, recvonly or inactive."""

    kind: str
    mid: str
    direction: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that can be answered; ``speaks`` and ``hears`` are the mids of the sections used for it."""

    sdp: str = field(repr=False)
    sections: tuple[Section, ...]
    ufrag: str
    speaks: str | None
    hears: str | None

    @classmethod
    def parse(cls, text: str) -> "Offer":
        """Read an offer; SignalError says what is wrong with it."""
        if len(text) > MAX_BYTES:
            raise SignalError(f"the offer is longer than {MAX_BYTES} bytes; offer one audio track", 413)
        description = _description(text)
        ufrag = _check(description)
        sections = tuple(
            Section(media.kind, media.rtp.muxId, media.direction or "sendrecv") for media in description.media
        )
        audio = [section for section in sections if section.kind == "audio"]
        speaks = next((s.mid for s in audio if s.direction in ("sendrecv", "sendonly")), None)
        hears = next((s.mid for s in audio if s.direction in ("sendrecv", "recvonly")), None)
        if speaks is None and hears is None:
            raise SignalError("the offer neither sends nor receives audio; offer an audio track")
        return cls(_cleaned(text), sections, ufrag, speaks, hears)


@dataclass(frozen=True, slots=True)
class IceFragment:
    """Candidates that came after the offer: pairs of a section's mid and the candidate as SDP writes it."""

    candidates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A WHIP session: ``id`` ends its address and cannot be guessed, ``etag`` names its ICE session."""

    ufrag: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    etag: str = field(default_factory=lambda: f'"{secrets.token_urlsafe(8)}"')


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP response."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def read_offer(content_type: str | None, body: bytes) -> Offer:
    """Read the body of a WHIP POST; SignalError carries the status to answer with."""
    _require(content_type, SDP)
    return Offer.parse(_text(body))


def created(session: Session, location: str, answer: str, servers: Iterable[IceServer] = ()) -> Reply:
    """Answer a WHIP POST: 201, with the session's address and the STUN and TURN servers to use."""
    headers = {"Content-Type": SDP, "Location": location, "ETag": session.etag, "Accept-Patch": FRAGMENT}
    links = ", ".join(map(_link, servers))
    if links:
        headers["Link"] = links
    return Reply(201, headers, answer)


def read_fragment(session: Session, content_type: str | None, if_match: str | None, body: bytes) -> IceFragment:
    """Read the body of a PATCH; SignalError carries the status: 415, 428, 412, 422 for an ICE restart, or 400."""
    _require(content_type, FRAGMENT)
    text = _text(body)
    if if_match is None:
        raise SignalError("If-Match is missing; send the ETag that came with the answer", 428)
    if if_match == "*":
        raise SignalError("ICE restarts are not supported; connect anew with a new offer", 422)
    if if_match != session.etag:
        raise SignalError("If-Match names another ICE session; connect anew with a new offer", 412)
    return _fragment(session, text)


def trickled() -> Reply:
    """Answer a PATCH whose candidates were taken."""
    return Reply(204)


def ended() -> Reply:
    """Answer a DELETE."""
    return Reply(200)


def _description(text: str) -> SessionDescription:
    if not text.startswith("v=0"):
        raise SignalError("the offer is no SDP; send the session description that the browser made")
    try:
        return SessionDescription.parse(text)
    except Exception as error:
        # aiortc's parser answers bad input with whatever its code runs into: AssertionError, KeyError, StopIteration…
        raise SignalError("the offer is no SDP that can be read; send it as the browser made it") from error


def _check(description: SessionDescription) -> str:
    """Refuse what cannot be answered; return the ICE user fragment of the bundle."""
    media = description.media
    if not 0 < len(media) <= MAX_SECTIONS:
        raise SignalError(f"the offer has {len(media)} media sections; offer one audio track")
    if any(section.kind not in ("audio", "video") for section in media):
        raise SignalError("the offer has a data channel; offer one audio track and nothing else")
    audio = [section for section in media if section.kind == "audio"]
    if not audio:
        raise SignalError("the offer has no audio; offer an audio track")
    if any(not any(c.mimeType.lower() == "audio/opus" for c in section.rtp.codecs) for section in audio):
        raise SignalError("the offer has no Opus; allow the codec opus/48000/2")
    mids = [section.rtp.muxId for section in media]
    if not all(mids) or len(set(mids)) < len(mids):
        raise SignalError("the offer's media sections have no a=mid of their own; send it as the browser made it")
    bundled = {mid for group in description.group if group.semantic == "BUNDLE" for mid in group.items}
    if len(mids) > 1 and not bundled.issuperset(mids):
        raise SignalError("the offer's media sections are not bundled; use the bundle policy max-bundle")
    ufrags = [_check_transport(section) for section in media]
    return ufrags[0]


def _check_transport(section: MediaDescription) -> str:
    ice = section.ice
    if ice is None or not ice.usernameFragment or not ice.password:
        raise SignalError("the offer has no ICE credentials (a=ice-ufrag, a=ice-pwd)")
    if section.dtls is None or not section.dtls.fingerprints:
        raise SignalError("the offer has no DTLS fingerprint and role (a=fingerprint, a=setup)")
    if not section.rtcp_mux:
        raise SignalError("the offer does not multiplex RTCP (a=rtcp-mux)")
    return ice.usernameFragment


def _cleaned(text: str) -> str:
    """The offer without candidates that only mDNS can resolve, and without the end of candidates.

    Looking a .local name up takes a second, and the browser's own checks tell its address sooner.
    With an end and nothing before it ICE would fail at once instead of waiting for those checks.
    """
    kept = (line for line in text.splitlines() if line not in _DROPPED and not _is_local(line))
    return "\r\n".join(kept) + "\r\n"


def _is_local(line: str) -> bool:
    fields = line.split()
    return line.startswith("a=candidate:") and len(fields) > 4 and fields[4].endswith(".local")


def _fragment(session: Session, text: str) -> IceFragment:
    mid = ""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "a=ice-ufrag" and value != session.ufrag:
            raise SignalError("ICE restarts are not supported; connect anew with a new offer", 422)
        if name == "a=mid":
            mid = value
        if name == "a=candidate" and not _is_local(line):
            found.append((mid, _candidate(value)))
        if line and not line.startswith(("a=", "m=")):
            raise SignalError("the ICE fragment has lines other than a= and m=; send it as RFC 8840 says")
    return IceFragment(tuple(found))


def _candidate(value: str) -> str:
    try:
        candidate_from_sdp(value)
    except (AssertionError, ValueError):
        raise SignalError(f"the ICE fragment has a candidate that cannot be read: {value[:80]!r}") from None
    return value


def _require(content_type: str | None, expected: str) -> None:
    if (content_type or "").partition(";")[0].strip().lower() != expected:
        raise SignalError(f"the content type is {content_type!r}; send {expected}", 415)


def _text(body: bytes) -> str:
    if len(body) > MAX_BYTES:
        raise SignalError(f"the body is longer than {MAX_BYTES} bytes; send the SDP alone", 413)
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise SignalError("the body is not UTF-8; send SDP as text") from None


def _link(server: IceServer) -> str:
    credential = ""
    if server.username is not None:
        credential = f'; username="{server.username}"; credential="{server.credential}"; credential-type="password"'
    return f'<{server.url}>; rel="ice-server"{credential}'
