"""The archive: bytes by the hash of their content, from which every fact can be rebuilt."""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from warehouse.durable import durable_file
from warehouse.errors import ArchiveError

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_IMAGE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".bmp")
_MODEL_DIGITS: Final = 16
"""Of the model's hash in the name of a mask; 64 bits tell the models of a plant apart."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The folder `archive/` of a site. Every write is atomic, durable and harmless to repeat.

    Layout: `ab/cd/<sha256><suffix>` the original, `.json` its sidecar, `.<model>.mask.png` its
    masks, `manifests/<sha256>.csv`, `models/<sha256>.onnx`.
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
        return _store_once(self._beside(sha256, suffix), data)

    def store_sidecar(self, sha256: str, sidecar: Mapping[str, Any]) -> Path:
        """Store every input of a measurement that is not a pixel; the newest replaces."""
        text = json.dumps(sidecar, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
        path = self._beside(sha256, ".json")
        with durable_file(path) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        return path

    def store_mask(self, sha256: str, model_id: str, mask_png: bytes) -> Path:
        """Store the mask that one model made of an image; the newest replaces."""
        path = self._mask(sha256, model_id)
        with durable_file(path) as file:
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
                with durable_file(kept) as copy:
                    shutil.copyfileobj(file, copy)
        return kept

    def store_manifest(self, data: bytes) -> str:
        """Store the bytes of a manifest and return their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        _store_once(self.root / "manifests" / f"{sha256}.csv", data)
        return sha256

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

    def read_sidecar(self, sha256: str) -> dict[str, Any]:
        """Return the sidecar; ArchiveError when there is none."""
        path = self._beside(sha256, ".json")
        if not path.is_file():
            raise ArchiveError(f"no sidecar of image {sha256} in the archive")
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found

    def image_hashes(self) -> set[str]:
        """Return the SHA-256 of every original that has a sidecar."""
        stems = (path.stem for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*.json"))
        return {stem for stem in stems if _HASH.fullmatch(stem)}

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


def _store_once(path: Path, data: bytes) -> Path:
    """Store bytes under the name of their content, unless they lie there whole."""
    if not (path.is_file() and path.stat().st_size == len(data)):
        with durable_file(path) as file:
            file.write(data)
    return path
