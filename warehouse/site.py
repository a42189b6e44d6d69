"""The site folder: where one plant's files lie."""

from dataclasses import dataclass
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Site:
    """The paths of one site, all below `root`.

    Examples
    --------
    >>> site = Site(Path("/plant"))
    >>> site.master.as_posix()
    '/plant/warehouse/master.duckdb'

    """

    root: Path

    @property
    def settings_file(self) -> Path:
        """Machine settings, `blemish.toml`."""
        return self.root / "blemish.toml"

    @property
    def inbox(self) -> Path:
        """Where images and manifests arrive."""
        return self.root / "inbox"

    @property
    def quarantine(self) -> Path:
        """Refused bytes and the reason."""
        return self.root / "quarantine"

    @property
    def archive(self) -> Path:
        """Measured originals by content hash, with masks, manifests and models."""
        return self.root / "archive"

    @property
    def warehouse(self) -> Path:
        """Folder of the fact store."""
        return self.root / "warehouse"

    @property
    def master(self) -> Path:
        """The file one batch process writes."""
        return self.warehouse / "master.duckdb"

    @property
    def current(self) -> Path:
        """Link to the published snapshot that everybody reads."""
        return self.warehouse / "current.duckdb"

    @property
    def journal(self) -> Path:
        """Decisions, in SQLite unless the plant has PostgreSQL."""
        return self.root / "journal.sqlite"

    @property
    def secret(self) -> Path:
        """The server's secret key."""
        return self.root / "secret.key"

    @property
    def evidence_key(self) -> Path:
        """The key that seals rows and chains the audit trail; see `warehouse.evidence`."""
        return self.root / "evidence.key"

    @property
    def lock_file(self) -> Path:
        """Names the run in progress; see `warehouse.lock`."""
        return self.warehouse / "run.lock"

    def create_folders(self) -> None:
        """Create the folders, each for its owner only (0700); existing ones are tightened."""
        folders = (self.root, self.inbox, self.quarantine, self.archive, self.warehouse)
        for folder in folders:
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            # mkdir's mode passes through the umask, and does not touch an existing folder.
            folder.chmod(FOLDER_MODE)
