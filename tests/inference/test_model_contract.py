import json

import pytest

from inference.errors import ModelError
from inference.model_contract import ModelContract

FIELDS = {
    "name": "test",
    "classes": ["background", "scratch", "stain"],
    "input_size": [320, 320],
    "normalisation": "rg-median",
    "thresholds": {"scratch": 0.4, "stain": 0.5},
    "minimum_area": {"scratch": 20, "stain": 30},
}


def contract_from(**changes):
    return ModelContract.from_json(json.dumps({**FIELDS, **changes}))


def test_a_contract_survives_json():
    contract = contract_from()
    assert ModelContract.from_json(contract.to_json()) == contract
    assert contract.input_size == (320, 320)
    assert contract.classes == ("background", "scratch", "stain")
    assert json.loads(contract.to_json()) == FIELDS | {"seed_thresholds": None}


def test_a_contract_from_before_seeds_were_known_has_its_thresholds_as_seeds():
    assert contract_from().seeds == {"scratch": 0.4, "stain": 0.5}
    seeded = contract_from(seed_thresholds={"scratch": 0.9, "stain": 0.5})
    assert seeded.seeds == {"scratch": 0.9, "stain": 0.5}
    assert ModelContract.from_json(seeded.to_json()) == seeded


def test_a_field_of_a_newer_version_is_ignored():
    assert contract_from(colour="gold") == contract_from()


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_missing_field_is_refused(field):
    fields = {name: value for name, value in FIELDS.items() if name != field}
    with pytest.raises(ModelError, match="incomplete or malformed"):
        ModelContract.from_json(json.dumps(fields))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ["background", "stain", "scratch"]}, "classes must be"),
        ({"normalisation": "rgb"}, "normalisation must be 'rg-median', got 'rgb'"),
        ({"input_size": [320, 300]}, "positive multiples of 16"),
        ({"input_size": [0, 320]}, "positive multiples of 16"),
        ({"input_size": [320]}, "incomplete or malformed"),
        ({"thresholds": {"stain": 0.5}}, "thresholds must name"),
        (
            {"thresholds": {"scratch": 0.0, "stain": 0.5}},
            r"threshold of scratch must be in \(0, 1\]",
        ),
        ({"thresholds": {"scratch": 0.4, "stain": 1.1}}, r"threshold of stain must be in \(0, 1\]"),
        ({"thresholds": {"scratch": "high", "stain": 1.0}}, "incomplete or malformed"),
        ({"thresholds": 0.5}, "incomplete or malformed"),
        ({"minimum_area": {"scratch": -1, "stain": 0}}, "minimum area of scratch must be"),
        ({"minimum_area": {}}, "minimum_area must name"),
        ({"seed_thresholds": {"stain": 0.9}}, "seed_thresholds must name"),
        (
            {"seed_thresholds": {"scratch": 0.3, "stain": 0.5}},
            "seed threshold of scratch must be from its threshold, 0.4, to 1, got 0.3",
        ),
        ({"seed_thresholds": {"scratch": 1.5, "stain": 0.5}}, "seed threshold of scratch"),
        ({"seed_thresholds": 0.9}, "incomplete or malformed"),
    ],
)
def test_a_broken_promise_is_named(changes, message):
    with pytest.raises(ModelError, match=message):
        contract_from(**changes)


@pytest.mark.parametrize(
    ("text", "message"), [("{", "not JSON"), ("[]", "no JSON object"), ("", "not JSON")]
)
def test_other_text_is_refused(text, message):
    with pytest.raises(ModelError, match=message):
        ModelContract.from_json(text)
