"""The settings of a site: one TOML file, read once, frozen, passed on as values."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from jobs.configuration.alert_sections import AlertSettings, SmtpSettings
from jobs.configuration.chart_sections import SpcSettings, SpecificationSettings
from jobs.configuration.inbox_sections import InboxSettings
from jobs.configuration.inference_sections import InferenceSettings, PlausibilitySettings
from jobs.configuration.problems import first_problem
from jobs.configuration.section import Section
from jobs.configuration.serve_sections import (
    AccessSettings,
    ScheduleSettings,
    ServeSettings,
    SqlSettings,
)
from jobs.configuration.site_sections import SiteSettings
from jobs.errors import SettingsError

BY_STREAM: Final = "specification_by_stream"
"""Under which the archive keeps specification limits that streams have of their own."""

OwnLimits = Mapping[str, Any]
"""Such limits as plain tables, by stream and metric."""


class Settings(Section):
    """Everything a site sets, each section with its defaults.

    Examples
    --------
    >>> Settings().spc.minimum_points
    20

    """

    site: SiteSettings = SiteSettings()
    inbox: InboxSettings = InboxSettings()
    inference: InferenceSettings = InferenceSettings()
    plausibility: PlausibilitySettings = PlausibilitySettings()
    specification: SpecificationSettings = SpecificationSettings()
    spc: SpcSettings = SpcSettings()
    alerts: AlertSettings = AlertSettings()
    smtp: SmtpSettings = SmtpSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    serve: ServeSettings = ServeSettings()
    access: AccessSettings = AccessSettings()
    sql: SqlSettings = SqlSettings()

    @property
    def zone(self) -> ZoneInfo:
        """The plant's time zone."""
        return ZoneInfo(self.site.time_zone)

    def as_table(self) -> dict[str, Any]:
        """The settings as plain tables, keys spelled as in the file."""
        return self.model_dump(mode="json", by_alias=True)


def read_settings(path: Path) -> Settings:
    """Read the settings file at `path`.

    Raises
    ------
    SettingsError
        The file cannot be read, is not TOML, has a key nobody knows, or a value out of range.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(f"no settings file at {path}; `blemish init` makes one") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    return parse_settings(text, where=str(path))


def parse_settings(text: str, *, where: str) -> Settings:
    r"""The settings in TOML `text`; `where` stands at the head of every complaint.

    Examples
    --------
    >>> parse_settings("[inbox]\nquiet_secs = 5", where="blemish.toml")
    Traceback (most recent call last):
    ...
    jobs.errors.SettingsError: blemish.toml: [inbox] has no key 'quiet_secs'; did you mean 'quiet_seconds'?

    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{where} is not TOML: {error}") from error
    return settings_of_table(table, where)


def settings_of_table(table: Mapping[str, Any], where: str) -> Settings:
    """The settings in tables, such as those of the archive; SettingsError as `parse_settings`."""
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        raise SettingsError(f"{where}: {first_problem(Settings, error)}") from error


def settings_hash(settings: Settings, own_limits: OwnLimits = MappingProxyType({})) -> str:
    r"""The sha256 of the settings that a measurement depends on, as 64 hex digits.

    Where mails go or which port is served changes no measured number, so it does not count. Nor do
    `own_limits` where no stream has any.

    Examples
    --------
    >>> one = settings_hash(Settings())
    >>> one == settings_hash(parse_settings("[serve]\nport = 9000", where="example"))
    True
    >>> one == settings_hash(parse_settings("[inbox]\num_per_px = 12.5", where="example"))
    False

    """
    table = measuring_settings(settings, own_limits)
    text = json.dumps(table, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def measuring_settings(
    settings: Settings, own_limits: OwnLimits = MappingProxyType({})
) -> dict[str, Any]:
    """The sections that a measurement depends on, as plain tables: what the archive keeps.

    `own_limits` are the specification limits of streams that differ from those of the settings.
    """
    table = settings.as_table()
    names = ("site", "inbox", "inference", "plausibility", "specification")
    kept = {name: table[name] for name in names}
    if own_limits:
        kept[BY_STREAM] = dict(own_limits)
    return kept


def model_file(settings: Settings, root: Path) -> Path | None:
    """The model the settings name, or None where the shipped one is to be used."""
    return root / settings.inference.model if settings.inference.model else None


def smtp_password(settings: Settings, environment: Mapping[str, str]) -> str | None:
    """The mail password from `environment`; the only setting that does not come from the file."""
    return environment.get(settings.smtp.password_env) or None
