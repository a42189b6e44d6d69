"""Puts a contract into the metadata of an ONNX file, byte by byte: nothing else of it changes.

An ONNX file is a protocol buffer (protobuf.dev/programming-guides/encoding): a row of fields, each a
tag, for most a length, and a value. The metadata are fields of number 14 of the outermost message,
each a pair of a key (1) and a value (2), so they can be exchanged without reading the network, and
without the package `onnx`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from inference.errors import ModelError
from inference.model_contract import METADATA_KEY, ModelContract

_METADATA_FIELD: Final = 14
_KEY_FIELD: Final = 1
_VALUE_FIELD: Final = 2
_VARINT, _EIGHT_BYTES, _COUNTED, _FOUR_BYTES = 0, 1, 2, 5
_FIXED: Final = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}
_LONGEST_VARINT: Final = 10


def read_metadata(content: bytes) -> dict[str, str]:
    """The metadata of the ONNX file `content`: what is stored under which key.

    Raises
    ------
    ModelError
        The bytes are no protocol buffer, or one that was cut off.

    """
    found = {}
    for number, _, value, end in _fields(content):
        if number == _METADATA_FIELD:
            pair = content[value:end]
            parts = {part: pair[start:stop] for part, _, start, stop in _fields(pair)}
            key, text = parts.get(_KEY_FIELD, b""), parts.get(_VALUE_FIELD, b"")
            found[key.decode("utf-8", "replace")] = text.decode("utf-8", "replace")
    return found


def contract_of(metadata: Mapping[str, str]) -> ModelContract:
    """The contract in the metadata of a model file.

    Raises
    ------
    ModelError
        There is none, or it is malformed.

    """
    if METADATA_KEY not in metadata:
        raise ModelError(
            f"the model has no metadata {METADATA_KEY!r}, so its classes and thresholds are "
            "unknown; export it with `blemish train`"
        )
    return ModelContract.from_json(metadata[METADATA_KEY])


def with_contract(content: bytes, contract: ModelContract) -> bytes:
    """The ONNX file `content` with `contract` in place of the one it has.

    Parameters
    ----------
    content
        A whole ONNX file.
    contract
        Its new contract.

    Raises
    ------
    ModelError
        The bytes are no protocol buffer.

    Examples
    --------
    >>> from inference.segmenter import default_model_path
    >>> from inference.model_file import load_model
    >>> model = default_model_path()
    >>> with_contract(model.read_bytes(), load_model(model).contract)[-1:]
    b'}'

    """
    kept = b"".join(
        content[start:end]
        for number, start, value, end in _fields(content)
        if number != _METADATA_FIELD or not _is_ours(content[value:end])
    )
    pair = _counted(_KEY_FIELD, METADATA_KEY.encode()) + _counted(
        _VALUE_FIELD, contract.to_json().encode()
    )
    return kept + _counted(_METADATA_FIELD, pair)


def write_contract(model: Path, contract: ModelContract, out: Path) -> None:
    """Write the model file `model` with another contract as `out`, whole or not at all.

    Raises
    ------
    ModelError
        A file cannot be read or written, or is no ONNX model.

    """
    try:
        content = with_contract(model.read_bytes(), contract)
        unfinished = out.with_name(f"{out.name}.unfinished")
        unfinished.write_bytes(content)
        unfinished.replace(out)
    except OSError as error:
        raise ModelError(f"cannot write {out} from {model}: {error.strerror}") from error


def _is_ours(pair: bytes) -> bool:
    """Whether a metadata entry has our key."""
    return any(
        number == _KEY_FIELD and pair[value:end] == METADATA_KEY.encode()
        for number, _, value, end in _fields(pair)
    )


def _fields(message: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Number, start, start of the value, and end of each field of a message."""
    start = 0
    while start < len(message):
        tag, value = _varint(message, start)
        number, kind = tag >> 3, tag & 7
        if kind == _COUNTED:
            length, value = _varint(message, value)
            end = value + length
        elif kind == _VARINT:
            _, end = _varint(message, value)
        elif kind in _FIXED:
            end = value + _FIXED[kind]
        else:
            raise ModelError(f"no ONNX file: a field of kind {kind} at byte {start}")
        if end > len(message):
            raise ModelError(f"the ONNX file is cut off within the field at byte {start}")
        yield number, start, value, end
        start = end


def _varint(message: bytes, start: int) -> tuple[int, int]:
    """A number of variable length, seven bits a byte, lowest first, and where it ends."""
    number = 0
    for place, byte in enumerate(message[start : start + _LONGEST_VARINT]):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, start + place + 1
    raise ModelError(f"no ONNX file: no number ends after byte {start}")


def _counted(number: int, value: bytes) -> bytes:
    """A field of bytes."""
    return _as_varint(number << 3 | _COUNTED) + _as_varint(len(value)) + value


def _as_varint(number: int) -> bytes:
    """A number in the form that `_varint` reads."""
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
