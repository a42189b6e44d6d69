"""The settings of a site in words, for the page that shows what stands in the file."""

from typing import Any

from dashboard.settings_machine import MachineSetting
from jobs.configuration.section import Section
from jobs.settings import Settings


def machine_settings(settings: Settings) -> tuple[MachineSetting, ...]:
    r"""Return every setting of the file, in its order.

    No password is among them: they stand in the environment, and the file names the variable.

    Examples
    --------
    >>> from jobs.settings import parse_settings
    >>> shown = machine_settings(parse_settings("[smtp]\nhost = 'mail'", where="example"))
    >>> [(one.value, one.is_default) for one in shown if one.section == "smtp"][:2]
    [('mail', False), ('587', True)]

    """
    rows = []
    for name in type(settings).model_fields:
        section: Section = getattr(settings, name)
        for key, field in type(section).model_fields.items():
            value = getattr(section, key)
            rows.append(
                MachineSetting(
                    section=name,
                    key=field.alias or key,
                    value=_words(value),
                    meaning=field.description or "",
                    is_default=value == field.get_default(call_default_factory=True),
                )
            )
    return tuple(rows)


def _words(value: Any) -> str:
    """Write a value as a person reads it; empty for nothing."""
    if value is None or value in ((), ""):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(_words(one) for one in value)
    if isinstance(value, Section):
        pairs = value.model_dump(mode="json").items()
        return ", ".join(f"{key} {one}" for key, one in pairs if one is not None)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(one)}" for key, one in value.items())
    return str(value)
