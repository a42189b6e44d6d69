import pytest

from inference.reading import ReadLimits
from inference.specification import SPECIFIABLE_METRICS
from jobs.errors import SettingsError
from jobs.settings import (
    Settings,
    model_file,
    parse_settings,
    read_settings,
    settings_hash,
    smtp_password,
)


def refusal(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text, where="blemish.toml")
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[inbox]\nquiet_secs = 1", "[inbox] has no key 'quiet_secs'; did you mean 'quiet_seconds'?"),
        ("[serv]\nport = 1", "there is no section [serv]; did you mean 'serve'?"),
        ("[zzz]", "there is no section [zzz]; known: site, inbox, "),
        ("[inbox.columns]\nparts_id = 'x'", "[inbox.columns] has no key 'parts_id'; did you mean 'part_id'?"),
        ("[specification]\nstain_count = {uper = 3}", "has no key 'uper'; did you mean 'upper'?"),
        ("[alerts]\nsender = 'a@b'\nsendr = 'x'", "has no key 'sendr'"),
        ("[serve]\nport = '8050'", "[serve] port must be a whole number, got '8050'"),
        ("[serve]\nport = true", "[serve] port must be a whole number, got True"),
        ("[serve]\nport = 70000", "[serve] port must be less than or equal to 65535, got 70000"),
        ("[site]\ntime_zone = 'Europe/Berln'", "'Europe/Berln' is not a time zone"),
        ('[site]\nname = "a\\nb"', "has control characters"),
        ("[specification]\nstain_count = 'few'", "'few' is neither a number nor"),
        ("[specification]\nstain_count = {}", "needs upper, lower or both"),
        ("[specification]\nstain_count = {lower = 3, upper = 1}", "lower 3 is above upper 1"),
        ("[inbox]\nfile_pattern = '{id}'", "unknown field 'id'; known fields: part_id, row"),
        ("[inbox]\nfile_pattern = '{lot}'", "does not name the part"),
        ("[inbox]\nfile_pattern = '{part_id}_{row}'", "row and col go together"),
        ("[inbox]\nfile_pattern = '{part_id}{part_id}'", "a field stands twice"),
        ("[inbox]\nfile_pattern = '{part_id:03}'", "a field takes no format"),
        ("[inbox]\nfile_pattern = '{part_id'", "file_pattern is refused"),
        ("[inbox]\nfile_pattern = []", "needs at least one pattern"),
        ("[inbox]\nextensions = ['png']", "'png' is not a file ending"),
        ("[inbox]\nextensions = 3", "must be a list, got 3"),
        ("[inbox]\nmanifest = 'sometimes'", "must be 'optional' or 'required'"),
        ("[inbox]\nquiet_seconds = nan", "must be a finite number"),
        ("[inbox.columns]\nlot = 'part_id'", "part_id and lot are both named 'part_id'"),
        ("[spc]\nminimum_points = 500", "minimum_points 500 is above approve_points 100"),
        ("[alerts]\nrecipients = [3]", "recipients, entry 1, must be text in quotes"),
        ("[alerts]\nrecipients = ['a b@c']", "'a b@c' is not a mail address"),
        ('[alerts]\nrecipients = ["a@b\\r\\nBcc: c@d"]', "is not a mail address"),
        ("[schedule]\nnightly_at = '2:00'", "'2:00' is not a time of day"),
        ("inbox = 3", "[inbox] must be a table"),
        ("x = ", "is not TOML"),
    ],
)  # fmt: skip
def test_a_bad_setting_is_refused_in_one_sentence_with_its_place(text, expected):
    message = refusal(text)
    assert message.startswith("blemish.toml")
    assert expected in message


def test_an_unknown_key_is_named_before_other_mistakes():
    message = refusal("[serve]\nport = 'x'\n[inbox]\nquiet_secs = 1")
    assert "'quiet_secs'" in message
    assert message.endswith("(and 1 more)")


def test_a_lone_number_is_an_upper_limit():
    settings = parse_settings("[specification]\nstain_count = 5", where="test")
    assert settings.specification.stain_count is not None
    assert (settings.specification.stain_count.lower, settings.specification.stain_count.upper) == (
        None,
        5.0,
    )


def test_a_lone_pattern_is_a_list_of_one():
    settings = parse_settings("[inbox]\nfile_pattern = '{lot}-{part_id}'", where="test")
    assert settings.inbox.file_pattern == ("{lot}-{part_id}",)


def test_endings_are_kept_in_small_letters():
    settings = parse_settings("[inbox]\nextensions = ['.PNG']", where="test")
    assert settings.inbox.extensions == (".png",)


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Settings().serve.port = 1


def test_the_read_limits_are_those_of_the_reader():
    inference = Settings().inference
    assert ReadLimits() == ReadLimits(
        inference.max_bytes, inference.max_pixels, inference.max_side, inference.min_side
    )


def test_every_metric_that_can_be_judged_can_be_set():
    assert set(type(Settings().specification).model_fields) == set(SPECIFIABLE_METRICS)


def test_the_hash_follows_what_a_measurement_depends_on():
    plain = settings_hash(Settings())
    assert plain == settings_hash(parse_settings("[smtp]\nhost = 'mail'", where="test"))
    changed = parse_settings("[specification]\nstain_count = 5", where="test")
    assert plain != settings_hash(changed)


def test_a_model_is_relative_to_the_site(tmp_path):
    assert model_file(Settings(), tmp_path) is None
    named = parse_settings("[inference]\nmodel = 'models/a.onnx'", where="test")
    assert model_file(named, tmp_path) == tmp_path / "models" / "a.onnx"


def test_the_password_comes_from_the_environment_alone():
    settings = parse_settings("[smtp]\npassword_env = 'MAIL_WORD'", where="test")
    assert smtp_password(settings, {"MAIL_WORD": "s3cret"}) == "s3cret"
    assert smtp_password(settings, {"BLEMISH_SMTP_PASSWORD": "other"}) is None
    assert "password" in refusal("[smtp]\npassword = 's3cret'")


def test_a_file_is_read_with_its_byte_order_mark(tmp_path):
    path = tmp_path / "blemish.toml"
    path.write_text("[site]\nname = 'Werk Süd'\n", encoding="utf-8-sig")
    assert read_settings(path).site.name == "Werk Süd"


def test_a_missing_file_and_a_file_that_is_no_text_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="no settings file at"):
        read_settings(tmp_path / "blemish.toml")
    (tmp_path / "blemish.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path / "blemish.toml")
