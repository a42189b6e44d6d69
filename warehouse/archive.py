"""The archive: bytes by the hash of their content, from which every fact can be rebuilt."""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from warehouse.durable import durable_file
from warehouse.errors import ArchiveError
from warehouse.leftovers import UNFINISHED, remove_leftovers

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_IMAGE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".bmp")
_MODEL_DIGITS: Final = 16
"""Of the model's hash in the name of a mask; 64 bits tell the models of a plant apart."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The folder `archive/` of a site. Every write is atomic, durable and harmless to repeat.

    Layout: `ab/cd/<sha256><suffix>` the original, `.json` its sidecar, `.<model>.mask.png` its
    masks, `manifests/<sha256>.csv`, `models/<sha256>.onnx`, `settings/<sha256>.json`,
    `runs/<number>.json`, `unfinished/` what is being written; `commits/` and `committed.json` belong
    to `warehouse.commit_book`, `ledger/` to `warehouse.kept_ledger`.
    """

    root: Path

    def store_image(self, sha256: str, data: bytes, suffix: str = ".png") -> Path:
        """Store the original bytes.

        Raises
        ------
        ArchiveError
            The hash of `data` is not `sha256`, or the suffix is none of an image.

        """
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ArchiveError(f"the bytes do not have the SHA-256 {sha256}")
        if suffix not in _IMAGE_SUFFIXES:
            known = ", ".join(_IMAGE_SUFFIXES)
            raise ArchiveError(f"suffix '{suffix}' is none of an image: {known}")
        return self._store_once(self._beside(sha256, suffix), data)

    def store_sidecar(self, sha256: str, sidecar: Mapping[str, Any]) -> Path:
        """Store every input of a measurement that is not a pixel; the newest replaces."""
        text = json.dumps(sidecar, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
        path = self._beside(sha256, ".json")
        with self._durable(path) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        return path

    def store_mask(self, sha256: str, model_id: str, mask_png: bytes) -> Path:
        """Store the mask that one model made of an image; the newest replaces."""
        path = self._mask(sha256, model_id)
        with self._durable(path) as file:
            file.write(mask_png)
        return path

    def store_model(self, model_id: str, path: Path) -> Path:
        """Store a copy of a model file; ArchiveError when its hash is not `model_id`."""
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != model_id:
                raise ArchiveError(f"{path} has the SHA-256 {found}, not {model_id}")
            kept = self.root / "models" / f"{model_id}.onnx"
            if not kept.exists():
                file.seek(0)
                with self._durable(kept) as copy:
                    shutil.copyfileobj(file, copy)
        return kept

    def store_manifest(self, data: bytes) -> str:
        """Store the bytes of a manifest and return their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._store_once(self.root / "manifests" / f"{sha256}.csv", data)
        return sha256

    def store_settings(self, sha256: str, settings: Mapping[str, Any]) -> Path:
        """Store the settings that a measurement depends on, under the hash it is known by."""
        _checked(sha256)
        text = json.dumps(settings, ensure_ascii=True, allow_nan=False, indent=1, sort_keys=True)
        return self._store_once(self.root / "settings" / f"{sha256}.json", text.encode("ascii"))

    def read_settings(self, sha256: str) -> dict[str, Any]:
        """Return stored settings; ArchiveError when there are none."""
        _checked(sha256)
        return _read_json(self.root / "settings" / f"{sha256}.json", "settings")

    def store_run(self, run_id: int, run: Mapping[str, Any]) -> Path:
        """Store how a run ended; the newest replaces."""
        path = self.root / "runs" / f"{run_id:08}.json"
        with self._durable(path) as file:
            file.write(json.dumps(run, ensure_ascii=True, indent=1).encode("ascii"))
        return path

    def runs(self) -> list[dict[str, Any]]:
        """Return every run whose end was stored, oldest first."""
        return [_read_json(path, "run") for path in sorted((self.root / "runs").glob("*.json"))]

    def model_path(self, model_id: str) -> Path:
        """Return where a model lies; ArchiveError when it is not there or its bytes changed."""
        _checked(model_id)
        path = self.root / "models" / f"{model_id}.onnx"
        if not path.is_file():
            raise ArchiveError(f"no model {model_id} in the archive")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != model_id:
                raise ArchiveError(f"{path} is damaged: its bytes do not fit its name")
        return path

    def read_image(self, sha256: str) -> bytes:
        """Return the original bytes; ArchiveError when there are none or they are damaged."""
        for suffix in _IMAGE_SUFFIXES:
            path = self._beside(sha256, suffix)
            if path.is_file():
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() != sha256:
                    raise ArchiveError(f"{path} is damaged: its bytes do not fit its name")
                return data
        raise ArchiveError(f"no image {sha256} in the archive")

    def read_mask(self, sha256: str, model_id: str) -> bytes:
        """Return the mask PNG that one model made; ArchiveError when there is none."""
        path = self._mask(sha256, model_id)
        if not path.is_file():
            raise ArchiveError(f"no mask of image {sha256} by model {model_id} in the archive")
        return path.read_bytes()

    def has_mask(self, sha256: str, model_id: str) -> bool:
        """Tell whether the mask that one model made is here."""
        return self._mask(sha256, model_id).is_file()

    def read_sidecar(self, sha256: str) -> dict[str, Any]:
        """Return the sidecar; ArchiveError when there is none."""
        return _read_json(self._beside(sha256, ".json"), "sidecar")

    def has_sidecar(self, sha256: str) -> bool:
        """Tell whether the archive holds everything of this image."""
        return self._beside(sha256, ".json").is_file()

    def is_empty(self) -> bool:
        """Tell whether no image was ever stored here: a new site, or a volume that is not mounted."""
        return next(self.root.glob("[0-9a-f][0-9a-f]"), None) is None

    def remove_leftovers(self) -> int:
        """Remove what a kill left unfinished; nothing may be written meanwhile."""
        return remove_leftovers([self.root / UNFINISHED])

    def image_hashes(self) -> set[str]:
        """Return the SHA-256 of every original that has a sidecar."""
        stems = (path.stem for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*.json"))
        return {stem for stem in stems if _HASH.fullmatch(stem)}

    def _store_once(self, path: Path, data: bytes) -> Path:
        """Store bytes under the name of their content, unless they lie there whole."""
        if not (path.is_file() and path.stat().st_size == len(data)):
            with self._durable(path) as file:
                file.write(data)
        return path

    def _durable(self, path: Path) -> AbstractContextManager[BinaryIO]:
        return durable_file(path, scratch=self.root / UNFINISHED)

    def _mask(self, sha256: str, model_id: str) -> Path:
        _checked(model_id)
        return self._beside(sha256, f".{model_id[:_MODEL_DIGITS]}.mask.png")

    def _beside(self, sha256: str, suffix: str) -> Path:
        _checked(sha256)
        return self.root / sha256[:2] / sha256[2:4] / f"{sha256}{suffix}"


def _checked(sha256: str) -> None:
    """Refuse what is no hash, as these names come from addresses of pages, too."""
    if not _HASH.fullmatch(sha256):
        raise ArchiveError(f"'{sha256}' is no SHA-256 of 64 hexadecimal digits")


def _read_json(path: Path, kind: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ArchiveError(f"no {kind} of {path.stem} in the archive") from error
    except ValueError as error:
        raise ArchiveError(f"{path} is damaged: {error}") from error
    return found
