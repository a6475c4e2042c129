"""The model store: gives the folder of a model, and gets it first where need be."""

import os
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path

from voicemind.errors import ModelUnavailable, UnknownModel
from voicemind.weights.cache import CacheFolder, default_cache
from voicemind.weights.export import exported_folder, run_export
from voicemind.weights.folder import ModelFolder, whisper_folder
from voicemind.weights.hub import HubUnreachable, hub_disabled
from voicemind.weights.registry import HubSource, InstalledSource, ModelSpec, Source, registry
from voicemind.weights.sources import fetch, space_needed
from voicemind.weights.transfer import Progress, SourceUnavailable, silent


class ModelStore:
    """The registered models on this machine.

    A model is looked for in ``directory`` (by default VOICEMIND_MODELS), then in ``cache`` (by default
    ``default_cache``), then fetched from its sources in order; ``offline`` leaves out those that need
    a network. ``directory`` is a copy of a cache, or has a folder named as each model.
    """

    def __init__(
        self,
        cache: Path | None = None,
        directory: Path | None = None,
        *,
        offline: bool = False,
        models: Mapping[str, ModelSpec] | None = None,
    ) -> None:
        chosen = os.environ.get("VOICEMIND_MODELS")
        self.cache = cache or default_cache()
        self.directory = directory or (Path(chosen).expanduser() if chosen else None)
        self.offline = offline
        self.models = registry() if models is None else models
        self._hub_down = ""  # why, once that was found out

    def spec(self, name: str) -> ModelSpec:
        """Return what the registry says of a model; UnknownModel names those there are."""
        if name in self.models:
            return self.models[name]
        near = get_close_matches(name, self.models, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UnknownModel(f"there is no model {name!r}, only {', '.join(self.models)}{hint}")

    def installed(self, name: str) -> bool:
        """Tell whether the model is here, ready to run."""
        spec = self.spec(name)
        try:
            return self._ready(spec) is not None
        except ModelUnavailable:
            return False

    def path(self, name: str, progress: Progress = silent) -> Path:
        """Return the folder of a model ready to run, which is got and exported first when it is missing.

        The files that are there are checked by size only, see ``verify``. ``name`` may be the path of
        a folder with a Whisper model for CTranslate2.
        """
        if name not in self.models and (os.sep in name or Path(name).is_dir()):
            return whisper_folder(Path(name).expanduser())
        spec = self.spec(name)
        ready = self._ready(spec)
        return ready.path if ready is not None else self._provide(spec, progress)

    def original(self, name: str, progress: Progress = silent) -> Path:
        """Return the folder of a model's files as published, even where an export of them is run."""
        spec = self.spec(name)
        published = self._published(spec)
        return published.path if published is not None else self._fetch(spec, progress)

    def pull(self, name: str, progress: Progress = silent) -> Path:
        """As ``path``, but with every sha256 checked; what is damaged in the cache is replaced."""
        spec = self.spec(name)
        self._discard_damaged(spec, progress)
        path = self.path(name, progress)
        return path if path.parent == self.cache else self.verify(name)

    def verify(self, name: str) -> Path:
        """Return the model's folder after checking the sha256 of all its files.

        DigestMismatch names a wrong one; ModelUnavailable says that the model is not here.
        """
        spec = self.spec(name)
        ready = self._ready(spec)
        if ready is None:
            raise ModelUnavailable(f"{name} is not here yet: `voicemind models pull {name}` gets it")
        ready.check_digests()
        if spec.export is not None and (published := self._published(spec)) is not None:
            published.check_digests()
        return ready.path

    def _ready(self, spec: ModelSpec) -> ModelFolder | None:
        return self._published(spec) if spec.export is None else self._exported(spec)

    def _published(self, spec: ModelSpec) -> ModelFolder | None:
        given = [] if self.directory is None else [self.directory / spec.folder, self.directory / spec.name]
        for path in given:
            if path.is_dir():
                found = ModelFolder(path, spec.files)
                if found.problem:
                    raise ModelUnavailable(f"the model folder that was given is not complete: {found.problem}")
                return found
        cached = ModelFolder(self.cache / spec.folder, spec.files)
        return None if cached.problem else cached

    def _exported(self, spec: ModelSpec) -> ModelFolder | None:
        for root in (self.directory, self.cache):
            if root is not None and (found := exported_folder(root / spec.export_folder)) and not found.problem:
                return found
        return None

    def _discard_damaged(self, spec: ModelSpec, progress: Progress) -> None:
        """Delete from the cache what is there and does not have the right digests."""
        for name in {spec.folder, spec.export_folder}:
            place = CacheFolder(self.cache, name)
            if place.path.is_dir():
                with place.locked(_waiting_for(spec, progress)):
                    found = ModelFolder(place.path, spec.files) if name == spec.folder else exported_folder(place.path)
                    if found is None or found.problem or not found.intact:
                        place.remove()

    def _provide(self, spec: ModelSpec, progress: Progress) -> Path:
        if spec.export is None:
            return self._fetch(spec, progress)
        original = ModelFolder(self.original(spec.name, progress), spec.files)
        place = CacheFolder(self.cache, spec.export_folder)
        with place.locked(_waiting_for(spec, progress)):
            if ready := self._exported(spec):  # another process was faster
                return ready.path
            progress(0, 0, f"exporting {spec.name} to ONNX")
            original.check_digests()  # an export of damaged weights would look sound for ever
            with place.fill(spec.size) as folder:
                run_export(spec, spec.export, original.path, folder)
        return place.path

    def _fetch(self, spec: ModelSpec, progress: Progress) -> Path:
        place = CacheFolder(self.cache, spec.folder)
        reasons = []
        with place.locked(_waiting_for(spec, progress)):
            if published := self._published(spec):  # another process was faster
                return published.path
            for source in spec.sources:
                try:
                    self._allow(source)
                    with place.fill(space_needed(spec, source)) as folder:
                        fetch(spec, source, folder, progress)
                except SourceUnavailable as reason:
                    if isinstance(reason, HubUnreachable):
                        self._hub_down = str(reason)
                    reasons.append(f"{source}: {reason}")
                else:
                    return place.path
        raise ModelUnavailable(
            f"no source could give {spec.name} ({'; '.join(reasons)}). Put its files into a folder "
            f"DIR/{spec.name} and set VOICEMIND_MODELS=DIR"
        )

    def _allow(self, source: Source) -> None:
        """Raise SourceUnavailable for a source that is not to be asked."""
        if self.offline and not isinstance(source, InstalledSource):
            raise SourceUnavailable("offline")
        if isinstance(source, HubSource) and hub_disabled():
            raise SourceUnavailable("HF_HUB_OFFLINE is set")
        if isinstance(source, HubSource) and self._hub_down:
            raise SourceUnavailable(self._hub_down)


def _waiting_for(spec: ModelSpec, progress: Progress) -> Callable[[], None]:
    return lambda: progress(0, 0, f"waiting for another process that is getting {spec.name}")
