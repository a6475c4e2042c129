"""What can go wrong, as one tree.

VoicemindError                 something failed that somebody can act on
├── InputError                 what was given cannot be used: exit code 2
│   ├── AudioError             a file or stream that holds no usable sound
│   ├── AgendaError            an agenda that cannot be read
│   ├── CorrectionError        a correction that says nothing, or of what there is not
│   ├── VoiceprintError        a voiceprint that there is not, or that is damaged
│   ├── UnknownModel           a model name that the registry does not have
│   └── SignalError            a WebRTC offer or ICE fragment that cannot be answered
├── ModelError                 a model cannot be had
│   ├── DigestMismatch         a file is not the one that the registry pins
│   ├── ModelUnavailable       no source could give the model
│   └── CacheError             the cache directory cannot take the model
├── RoomEnded                  a meeting that is over and takes nobody any more
├── UnknownRoom                a room that there is not
├── UnknownSession             a connection that there is not any more
├── Elsewhere                  somebody who is connected from another place by now
├── Unwished                   sound of somebody who does not wish to be heard
├── BoardError                 a room's document cannot be opened, written or kept
│   └── LeaseError             another process has taken the room over
└── BackendError               a model or a service behind a port failed

Misuse of the library by its caller is a ValueError or RuntimeError, not one of these.
"""


class VoicemindError(Exception):
    """Base of every failure that a user can act on; its text says how."""


class InputError(VoicemindError):
    """Input or usage that cannot be worked with."""


class AudioError(InputError):
    """A file or stream that holds no usable sound."""


class AgendaError(InputError):
    """An agenda that cannot be read."""


class CorrectionError(InputError):
    """A correction that says nothing, or something of what there is not."""


class VoiceprintError(InputError):
    """A voiceprint that there is not, that is damaged, or that cannot be kept."""


class UnknownModel(InputError):
    """A model name that the registry does not have."""


class SignalError(InputError):
    """A WebRTC offer or ICE fragment that cannot be answered; ``status`` is the HTTP status that says so."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class ModelError(VoicemindError):
    """A model that cannot be had."""


class DigestMismatch(ModelError):
    """A model file whose bytes are not those that the registry pins."""


class ModelUnavailable(ModelError):
    """A model that none of its sources could give."""


class CacheError(ModelError):
    """A cache directory that cannot be written."""


class BackendError(VoicemindError):
    """A model or a service behind a port that failed."""


class BoardError(VoicemindError):
    """A room's document that cannot be opened, written or kept."""


class LeaseError(BoardError):
    """A room that another process has taken over."""


class RoomEnded(VoicemindError):
    """A meeting that is over and takes nobody any more."""


class UnknownRoom(VoicemindError):
    """A room that there is not."""


class UnknownSession(VoicemindError):
    """A connection that there is not any more."""


class Elsewhere(VoicemindError):
    """Somebody who is connected to a room from another place by now."""


class Unwished(VoicemindError):
    """Sound of somebody who does not wish to be heard by the engine."""
