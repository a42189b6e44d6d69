import hashlib
import json
import stat

import pytest

from warehouse.archive import Archive
from warehouse.durable import durable_file
from warehouse.errors import ArchiveError

DATA = b"the bytes of an image"
SHA = hashlib.sha256(DATA).hexdigest()
MODEL = "c" * 64


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


def files(archive):
    return sorted(
        path.relative_to(archive.root).as_posix()
        for path in archive.root.rglob("*")
        if path.is_file()
    )


def test_everything_of_an_image_lies_together_under_its_hash(archive):
    archive.store_image(SHA, DATA, ".jpg")
    archive.store_sidecar(SHA, {"part_id": "007", "path": "ü\udcff.png"})
    archive.store_mask(SHA, MODEL, b"mask")
    folder = f"{SHA[:2]}/{SHA[2:4]}"
    assert files(archive) == [
        f"{folder}/{SHA}.{'c' * 16}.mask.png",
        f"{folder}/{SHA}.jpg",
        f"{folder}/{SHA}.json",
    ]
    assert archive.read_image(SHA) == DATA
    assert archive.read_mask(SHA, MODEL) == b"mask"
    assert archive.read_sidecar(SHA) == {"part_id": "007", "path": "ü\udcff.png"}
    assert archive.image_hashes() == {SHA}


def test_storing_again_is_harmless(archive):
    path = archive.store_image(SHA, DATA)
    before = path.stat().st_mtime_ns
    assert archive.store_image(SHA, DATA) == path
    assert path.stat().st_mtime_ns == before


def test_an_original_cut_short_is_written_anew(archive):
    path = archive.store_image(SHA, DATA)
    path.write_bytes(DATA[:5])
    archive.store_image(SHA, DATA)
    assert archive.read_image(SHA) == DATA


def test_a_newer_sidecar_and_mask_replace(archive):
    for text in ("old", "new"):
        archive.store_sidecar(SHA, {"lot": text})
        archive.store_mask(SHA, MODEL, text.encode())
    assert archive.read_sidecar(SHA) == {"lot": "new"}
    assert archive.read_mask(SHA, MODEL) == b"new"


def test_files_and_folders_are_for_their_owner_only(archive):
    path = archive.store_image(SHA, DATA)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent, archive.root)]
    assert modes == [0o600, 0o700, 0o700]


def test_bytes_must_fit_their_hash(archive):
    with pytest.raises(ArchiveError, match=f"do not have the SHA-256 {SHA}"):
        archive.store_image(SHA, b"other")
    assert not archive.root.exists()


def test_a_damaged_original_is_not_returned(archive):
    archive.store_image(SHA, DATA).write_bytes(DATA[::-1])
    with pytest.raises(ArchiveError, match="is damaged"):
        archive.read_image(SHA)


@pytest.mark.parametrize("suffix", ["", ".exe", "/../x.png", ".PNG"])
def test_a_suffix_is_one_of_an_image(archive, suffix):
    with pytest.raises(ArchiveError, match="none of an image"):
        archive.store_image(SHA, DATA, suffix)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA.upper(), SHA + "0", SHA + "\n"])
def test_only_a_hash_is_a_name(archive, name):
    for read in (
        archive.read_image,
        archive.read_sidecar,
        lambda sha: archive.read_mask(sha, MODEL),
    ):
        with pytest.raises(ArchiveError, match="is no SHA-256"):
            read(name)
    with pytest.raises(ArchiveError, match="is no SHA-256"):
        archive.read_mask(SHA, name)


def test_what_is_not_there_is_an_archive_error(archive):
    with pytest.raises(ArchiveError, match="no image"):
        archive.read_image(SHA)
    with pytest.raises(ArchiveError, match="no mask"):
        archive.read_mask(SHA, MODEL)
    with pytest.raises(ArchiveError, match="no sidecar"):
        archive.read_sidecar(SHA)
    assert archive.image_hashes() == set()


def test_a_model_is_kept_under_its_hash(archive, tmp_path):
    source = tmp_path / "model.onnx"
    source.write_bytes(DATA)
    for _ in range(2):
        assert archive.store_model(SHA, source).read_bytes() == DATA
    with pytest.raises(ArchiveError, match=f"has the SHA-256 {SHA}, not {MODEL}"):
        archive.store_model(MODEL, source)


def test_a_manifest_is_kept_as_it_came(archive):
    assert archive.store_manifest(DATA) == SHA
    assert files(archive) == [f"manifests/{SHA}.csv"]


def test_a_sidecar_may_not_hold_nan(archive):
    with pytest.raises(ValueError, match="not JSON compliant"):
        archive.store_sidecar(SHA, {"um_per_px": float("nan")})
    assert not archive.root.exists()


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file.json"
    path.write_text("old")

    def write_and_fail():
        with durable_file(path) as file:
            file.write(json.dumps("new").encode())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["file.json"]
