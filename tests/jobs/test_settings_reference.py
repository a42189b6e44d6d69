import re
import tomllib

from jobs.configuration.reference import every_setting, settings_markdown, settings_template
from jobs.settings import Settings, parse_settings


def test_the_template_is_the_defaults():
    assert parse_settings(settings_template(), where="template") == Settings()


def test_every_key_stands_in_the_template_also_those_without_a_default():
    template = settings_template()
    for setting in every_setting():
        assert re.search(rf"^(# )?{setting.key} = ", template, re.MULTILINE), setting.key


def test_the_examples_of_keys_without_a_default_are_valid():
    lines = settings_template().splitlines()
    text = "\n".join(re.sub(r"^# (\w+ = \S+)$", r"\1", line) for line in lines)
    settings = parse_settings(text, where="template")
    assert settings.inbox.um_per_px == 12.5
    assert settings.specification.stain_count is not None


def test_the_template_has_each_section_once():
    found = tomllib.loads(settings_template())
    assert list(found) == list(Settings.model_fields)


def test_every_setting_is_described():
    for setting in every_setting():
        assert setting.description, setting.key


def test_the_user_guide_has_the_tables_of_the_models(repository):
    guide = (repository / "docs" / "settings.md").read_text("utf-8")
    assert settings_markdown() in guide, (
        "docs/settings.md is out of date: python -m jobs.configuration.reference"
    )
