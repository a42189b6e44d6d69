import pytest

from warehouse.batch import Batch
from warehouse.batch_store import BatchStore, totals_of
from warehouse.commit_book import CommitBook, CommitNote
from warehouse.errors import ArchiveError, BatchError
from warehouse.kept_ledger import kept_ledger
from warehouse.leftovers import remove_leftovers


@pytest.fixture
def book(tmp_path):
    return CommitBook(tmp_path / "archive")


def test_a_note_says_what_its_batch_holds_until_the_book_is_closed(book, connection, build):
    store = BatchStore(connection, book, 7)
    refused = build.arrival("b\\udcff.png", outcome="quarantined", reason="CORRUPT", run_id=7)
    store.write(build.batch(build.part("p1"), Batch(arrivals=(refused,))))
    (note,) = book.notes()
    assert (note.run_id, note.number, note.committed) == (7, 1, True)
    assert note.images == (("image-p1", 1),)
    assert note.arrivals[1] == refused
    assert book.newest_run() == 7
    store.close()
    assert book.notes() == []
    assert book.totals() == totals_of(connection, 7)
    assert (book.totals().images, book.totals().arrivals) == (1, 2)
    # The row of a measured file is in the sidecar of its image.
    assert list(kept_ledger(book.archive)) == [refused]
    assert book.newest_run() == 7


def test_a_batch_that_is_refused_leaves_a_note_without_its_mark(book, connection, build):
    part = build.part("p1")
    orphan = Batch(images=(), defects=part.defects)
    with pytest.raises(BatchError, match="without its image"):
        BatchStore(connection, book, 1).write(orphan)
    assert [note.committed for note in book.notes()] == [False]


def test_the_archive_is_filled_between_the_note_and_the_commit(book, connection, build):
    def archive():
        steps.append(len(book.notes()))
        steps.append(connection.execute("SELECT count(*) FROM image").fetchone()[0])

    steps = []
    BatchStore(connection, book, 1).write(build.part("p1"), archive=archive)
    assert steps == [1, 0]


def test_a_book_that_was_never_opened_is_empty(book):
    assert book.notes() == []
    assert book.totals() is None
    assert book.newest_run() == 0


@pytest.mark.parametrize("content", [b"{half", b"[]", b'{"run_id": 1}', b"\xff"])
def test_a_damaged_note_or_total_is_named(book, content):
    path = book.announce(CommitNote(1, 1, (), ()))
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=f"{path.name} cannot be read"):
        book.notes()
    (book.archive / "committed.json").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"committed.json cannot be read"):
        book.totals()


def test_unfinished_files_are_removed_and_no_others(tmp_path):
    for name in (".abc.tmp", "abc.tmp", ".abc"):
        (tmp_path / name).touch()
    assert remove_leftovers([tmp_path, tmp_path / "missing"]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".abc", "abc.tmp"]
