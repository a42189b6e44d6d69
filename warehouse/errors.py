"""Everything that can go wrong in the stores: one base class, one subclass per thing to act on.

WarehouseError
├── WarehouseMissingError      no warehouse at the path: restore it, or `blemish init`
├── WarehouseExistsError       a warehouse is already there: it is never overwritten
├── WarehouseForeignError      the file is empty or not a warehouse of this program
├── WarehouseDamagedError      the file or its log cannot be read
│   └── LogDamagedError        the log cannot be replayed: the last checkpoint is whole
├── WarehouseFullError         the volume is full
├── NotWritableError           the volume or folder takes no writing
├── WarehouseLockedError       another process holds the file
├── WarehouseVersionError      file and program do not fit together
├── BatchError                 rows that break a rule of the schema; nothing was written
├── NotPublishedError          no snapshot yet
├── PublishError               the snapshot could not be made; the old one stays
├── RunLockedError             another run is in progress
├── ArchiveError               an original, mask or model is not in the archive, or damaged
├── QueryError                 an engineer's own SQL failed
├── EvidenceError              the key that seals the stores is damaged, or none
└── JournalError
    ├── JournalMissingError    no journal at the path
    ├── JournalVersionError    journal and program do not fit together
    ├── UnknownRowError        no such characteristic, phase, episode or message
    ├── TransitionError        a state may not follow the present one
    ├── AccountError           an account cannot be made, changed or used so
    └── RoleError              the role of whoever asks does not allow it
"""


class WarehouseError(Exception):
    """Base of every error of this package; its text is one sentence for a person."""


class WarehouseMissingError(WarehouseError):
    """There is no warehouse at the path. Opening never creates one."""


class WarehouseExistsError(WarehouseError):
    """A new warehouse was asked for where a file already is."""


class WarehouseForeignError(WarehouseError):
    """The file is empty, or no warehouse of this program."""


class WarehouseDamagedError(WarehouseError):
    """The file or its write-ahead log cannot be read."""


class LogDamagedError(WarehouseDamagedError):
    """The write-ahead log cannot be replayed; what was checkpointed before it is not at fault."""


class WarehouseFullError(WarehouseError):
    """The volume of the warehouse is full; nothing of the batch was written."""


class NotWritableError(WarehouseError):
    """The site lies on a volume, or belongs to an account, that takes no writing from here."""


class WarehouseLockedError(WarehouseError):
    """Another process holds the file."""


class WarehouseVersionError(WarehouseError):
    """The schema of the file is newer or older than this program can use."""


class BatchError(WarehouseError):
    """A row breaks a rule of the schema; nothing of its batch was written."""


class NotPublishedError(WarehouseError):
    """There is no published snapshot yet."""


class PublishError(WarehouseError):
    """The snapshot could not be made; the one before stays in force."""


class RunLockedError(WarehouseError):
    """Another run is in progress on this site."""


class ArchiveError(WarehouseError):
    """Something is not in the archive, or its bytes do not fit their name."""


class QueryError(WarehouseError):
    """A query written by a person failed; the text is the database's reason in one line."""


class EvidenceError(WarehouseError):
    """The key that seals rows and chains the audit trail cannot be used."""


class JournalError(WarehouseError):
    """Base of the journal's errors."""


class JournalMissingError(JournalError):
    """There is no journal at the path. Opening never creates one."""


class JournalVersionError(JournalError):
    """The journal's schema is newer than this program."""


class UnknownRowError(JournalError):
    """No row with this key is in the journal."""


class TransitionError(JournalError):
    """The state asked for may not follow the present one."""


class ChangedMeanwhileError(JournalError):
    """Somebody else changed it after it was seen; nothing was written over."""


class RecipientError(JournalError):
    """A recipient of mails cannot be stored so."""


class AccountError(JournalError):
    """An account cannot be made, changed or used so."""


class RoleError(JournalError):
    """The role of whoever asks does not allow it."""
