"""Two libraries behind one interface: what one of them sees, the other sees."""

import threading

import numpy as np
import pytest

from inference.engines.choice import ENGINE_NAMES
from inference.engines.opening import engine_called
from inference.errors import ModelError
from inference.model_file import load_model
from inference.same_decisions import same_decisions
from inference.segmenter import Segmenter
from inference.throughput import in_order


@pytest.fixture(params=ENGINE_NAMES)
def engine(request):
    if request.param == "openvino":
        pytest.importorskip("openvino", reason="needs the extra `openvino`")
    return request.param


@pytest.fixture
def openvino():
    return pytest.importorskip("openvino", reason="needs the extra `openvino`")


def test_an_unknown_engine_is_refused_with_the_known_ones(make_model):
    with pytest.raises(ModelError, match="no engine 'tvm'; known: onnxruntime, openvino"):
        Segmenter(make_model(), engine="tvm")


def test_an_engine_that_is_not_installed_says_how_to_get_it(make_model, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "inference.engines.with_openvino", None)
    with pytest.raises(ModelError, match=r"not installed: pip install 'blemish\[openvino\]'"):
        Segmenter(make_model(), engine="openvino")


def test_an_engine_describes_input_and_output(make_model, engine):
    opened = engine_called(engine)(make_model().read_bytes())
    (taken,), (given,) = opened.inputs, opened.outputs
    assert str(taken) == "'image', float32 (?, 2, ?, ?)"
    assert (given.name, given.shape[1]) == ("probabilities", 3)


def test_every_engine_gives_what_the_weights_say(make_model, engine):
    opened = engine_called(engine)(make_model().read_bytes(), threads=1, callers=2)
    dark = np.full((1, 2, 16, 32), -0.5, dtype=np.float32)
    found = opened.run(dark)
    assert (found.dtype, found.shape) == (np.float32, (1, 3, 16, 32))
    # Logits 0, -16 and 4; see the model's description.
    assert found[0, 2] == pytest.approx(1 / (1 + np.exp(-4)), rel=1e-5)
    # Another size goes through the same engine.
    assert opened.run(dark[:, :, :, :16]).shape == (1, 3, 16, 16)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", bytes(1000)])
def test_what_is_no_onnx_file_is_refused_by_every_engine(tmp_path, engine, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=rf"\({len(content)} bytes\) is no ONNX model") as refused:
        load_model(path, engine=engine)
    assert "\n" not in str(refused.value)


def test_a_failing_run_names_model_and_input_in_every_engine(make_model, engine):
    model = load_model(make_model(), engine=engine)
    with pytest.raises(ModelError, match=r"'test' failed on an input of \(5, 16, 16\)"):
        model.run(np.zeros((5, 16, 16), dtype=np.float32))


def test_openvino_comes_to_the_same_decisions_in_float32(openvino, network_files, noisy):
    one, other = Segmenter(network_files[0]), Segmenter(network_files[0], engine="openvino")
    assert same_decisions(noisy(6, seed=9), one, other).pixels >= 0.9999


def test_openvino_differs_by_less_than_the_rounding_to_8_bits_itself(
    openvino, network_files, noisy
):
    # Random weights leave most pixels undecided, so any difference shows in the mask.
    fp32, int8 = (Segmenter(path) for path in network_files)
    other = Segmenter(network_files[1], engine="openvino")
    surfaces = noisy(6, seed=9)
    engines = same_decisions(surfaces, int8, other)
    rounding = same_decisions(surfaces, fp32, int8)
    assert 1 - engines.pixels < 0.75 * (1 - rounding.pixels)


def test_callers_of_openvino_do_not_get_each_others_images(openvino, network_files, noisy):
    segmenter = Segmenter(network_files[1], engine="openvino", callers=3)
    surfaces = noisy(6, seed=3) + noisy(3, seed=4, side=64)
    alone = [segmenter.segment(pixels) for pixels in surfaces]
    together = list(in_order(segmenter.segment, surfaces * 3, workers=3))
    for found, expected in zip(together, alone * 3, strict=True):
        assert np.array_equal(found.mask, expected.mask)
        assert np.array_equal(found.confidence, expected.confidence)


def test_many_sizes_do_not_pile_up_in_openvino(openvino, make_model):
    opened = engine_called("openvino")(make_model().read_bytes())
    for width in range(16, 16 * 9, 16):
        opened.run(np.zeros((1, 2, 16, width), dtype=np.float32))
    assert len(opened._requests) == 4


def test_a_caller_too_many_waits_for_its_turn(openvino, make_model):
    opened = engine_called("openvino")(make_model().read_bytes(), callers=1)
    planes = np.zeros((1, 2, 16, 16), dtype=np.float32)
    threads = [threading.Thread(target=opened.run, args=(planes,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
