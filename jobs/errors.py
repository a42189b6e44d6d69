"""What can go wrong in `jobs`, one class per thing a caller can act on.

JobError
├── SettingsError        the settings file: where, what, what is allowed
├── SiteError            no site here, or a folder that is not one
├── SourceMissingError   the inbox itself is not there
├── FileRefusedError     one file of the inbox, with its reason word
├── ManifestError        a manifest refused as a whole, with its reason word
├── StorageFullError     a volume of the site is full
├── InputError           a table or an option given on the command line
├── ServeError           the web server could not start
├── MailError            a mail could not be made or handed over
├── BackupError          a backup could not be made, or is damaged
└── DemoError            the demonstration could not be made
"""


class JobError(Exception):
    """Base of every error this package raises on purpose; its text is one sentence."""


class SettingsError(JobError):
    """The settings file cannot be used: the text names the file, the key and the value."""


class SiteError(JobError):
    """The folder is not a site, or cannot become one."""


class SourceMissingError(JobError):
    """The inbox is not there: an unmounted share must not look like a day without parts."""


class FileRefusedError(JobError):
    """One file is not taken.

    Parameters
    ----------
    reason : str
        One of the reason words of the ledger, such as ``BAD_NAME``.
    message : str
        One sentence for a person.

    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ManifestError(JobError):
    """A manifest is refused as a whole.

    Parameters
    ----------
    reason : str
        One of the reason words of the ledger, such as ``BAD_FORMAT``.
    message : str
        One sentence for a person.

    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class StorageFullError(JobError):
    """A volume of the site is full; what was written before is whole."""


class InputError(JobError):
    """What was given on the command line cannot be used."""


class ServeError(JobError):
    """The web server could not start."""


class MailError(JobError):
    """A mail could not be made or handed over."""


class BackupError(JobError):
    """A backup could not be made, is damaged, or cannot be restored here."""


class DemoError(JobError):
    """The demonstration could not be made."""
