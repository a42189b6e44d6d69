from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.errors import WarehouseError
from warehouse.records import METRICS, InspectionRow, Stream

text = st.text(max_size=12)


@given(text, text, text, text)
def test_a_stream_comes_back_from_its_key(line, station, tool, family):
    stream = Stream(line, station, tool, family)
    assert stream.key.count("/") == 3
    assert Stream.from_key(stream.key) == stream


def test_a_key_without_four_parts_is_refused():
    with pytest.raises(WarehouseError, match=r"four parts .*got 'L1/S1'"):
        Stream.from_key("L1/S1")


def test_the_metrics_are_columns_of_an_inspection():
    assert set(METRICS) <= {field.name for field in fields(InspectionRow)}


def test_an_inspection_knows_its_stream(build):
    assert build.inspection("p").stream == build.stream
