"""The settings, described: the commented file of a new site and the table in the user guide.

Both are made from the models, so a key that exists is a key that is documented.
"""

import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jobs.configuration.chart_sections import Limits
from jobs.settings import Settings

HEAD = """\
# Settings of this blemish site. Every key stands here with its default; a key that is
# commented out has none. An unknown key is refused, so a typing error cannot go unseen.
# All keys are described in docs/settings.md.
"""
GUIDE = """\
# Settings

`blemish init` writes `blemish.toml` into the new site: every key with its default and a comment.
The file is read once, when a command starts. A key that is not in these tables is refused with the
nearest one that is, and a value of the wrong kind with the sentence that says what it must be.

Only one setting does not stand in the file: the password of the mail server. It is read from the
environment variable that `[smtp] password_env` names.

This page is made from the program: `python -m jobs.configuration.reference > docs/settings.md`.

"""
EXAMPLES = {"um_per_px": "12.5", "views_expected": "4", "view_grid": "[2, 3]"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: its section, name, default as TOML (None: unset) and what it is for."""

    section: str
    key: str
    default: str | None
    description: str


def every_setting(model: BaseModel | None = None, section: str = "") -> Iterator[Setting]:
    """Yield each key of the settings in the order of the file, nested tables last."""
    tables = model if model is not None else Settings()
    nested: list[tuple[str, BaseModel]] = []
    for name, field in type(tables).model_fields.items():
        key, value = field.alias or name, getattr(tables, name)
        if isinstance(value, BaseModel):
            nested.append((f"{section}.{key}" if section else key, value))
        else:
            yield Setting(section, key, _toml(value), field.description or "")
    for place, value in nested:
        yield from every_setting(value, place)


def settings_template() -> str:
    """The commented settings file of a new site; reading it gives exactly the defaults."""
    lines, section = [HEAD], ""
    for setting in every_setting():
        if setting.section != section:
            section = setting.section
            lines.append(f"\n[{section}]\n# {_purpose(section)}\n")
        lines.extend(f"# {line}\n" for line in textwrap.wrap(setting.description, 92))
        if setting.default is None:
            lines.append(f"# {setting.key} = {EXAMPLES.get(setting.key, '5')}\n")
        else:
            lines.append(f"{setting.key} = {setting.default}\n")
    return "".join(lines)


def settings_markdown() -> str:
    """The tables of docs/settings.md: one per section, one row per key."""
    parts, section = [], ""
    for setting in every_setting():
        if setting.section != section:
            section = setting.section
            parts.append(f"\n## `[{section}]`\n\n{_purpose(section)}\n\n")
            parts.append("| key | default | meaning |\n| --- | --- | --- |\n")
        default = "unset" if setting.default is None else f"`{setting.default}`"
        parts.append(f"| `{setting.key}` | {default} | {setting.description} |\n")
    limits = ", ".join(
        f"`{name}` ({field.description})" for name, field in Limits.model_fields.items()
    )
    parts.append(
        f"\nA specification is a number, the upper limit, or a table with one or both of {limits}. "
        "It seeds new streams; from then on the journal counts: [settings on the pages](site-settings.md).\n"
    )
    return "".join(parts).lstrip("\n")


def _purpose(section: str) -> str:
    model: type[BaseModel] = Settings
    for part in section.split("."):
        field: FieldInfo = model.model_fields[part]
        assert isinstance(field.annotation, type)
        model = field.annotation
    return " ".join((model.__doc__ or "").split())


def _toml(value: object) -> str | None:
    # A JSON text, number or list of texts is the same in TOML, where it has no surrogates.
    if value is None:
        return None
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def settings_guide() -> str:
    """The whole of docs/settings.md."""
    return GUIDE + settings_markdown()


if __name__ == "__main__":
    sys.stdout.write(settings_guide())
