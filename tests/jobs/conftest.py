"""What tests of the jobs share: a hand-made model, a site, pictures whose defects are known."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from inference.classes import CLASS_NAMES
from inference.model_contract import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, ModelContract
from inference.segmenter import Segmenter
from jobs.configuration.site_setup import init_site
from jobs.measurement.pool import WorkerPlan
from jobs.measurement.worker import Answer, Ready, Task, measure
from jobs.settings import Settings, parse_settings
from warehouse.site import Site

SIDE = 64


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model by hand: 30 % brighter than the median is scratch, 30 % darker is stain."""
    # Logits of background, scratch, stain from red relative to its median (green has no weight).
    weights = np.array([[0, 0], [40, 0], [-40, 0]], np.float32).reshape(3, 2, 1, 1)
    bias = np.array([0, -12, -12], np.float32)
    side = ("n", "h", "w")
    graph = helper.make_graph(
        [
            helper.make_node("Conv", [INPUT_NAME, "weights", "bias"], ["logits"]),
            helper.make_node("Softmax", ["logits"], [OUTPUT_NAME], axis=1),
        ],
        "tiny",
        [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, [side[0], 2, *side[1:]])],
        [helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, [side[0], 3, *side[1:]])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    contract = ModelContract(
        name="tiny",
        classes=CLASS_NAMES,
        input_size=(SIDE, SIDE),
        thresholds={"scratch": 0.5, "stain": 0.5},
        minimum_area={"scratch": 1, "stain": 1},
    )
    helper.set_model_props(model, {METADATA_KEY: contract.to_json()})
    path = tmp_path_factory.mktemp("model") / "tiny.onnx"
    onnx.save(model, path)
    return path


class InProcessPool:
    """Measures at once and in this process: what `MeasuringPool` does, without starting workers."""

    def __init__(self, plan: WorkerPlan) -> None:
        self._plan = plan
        self._segmenter = Segmenter(plan.model)

    def model(self) -> Ready:
        return Ready(self._segmenter.model_id, self._segmenter.contract)

    def submit(self, data: bytes, um_per_px: float | None = None) -> "Future[Answer]":
        future: Future[Answer] = Future()
        future.set_result(measure(Task(data, um_per_px), self._segmenter, self._plan.rules))
        return future


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an ingest measure in this process; starting two workers takes a second."""

    @contextmanager
    def pool(plan: WorkerPlan) -> Iterator[InProcessPool]:
        yield InProcessPool(plan)

    monkeypatch.setattr("jobs.measurement.measuring.measuring_pool", pool)
    monkeypatch.setattr("jobs.measurement.replay.measuring_pool", pool)
    monkeypatch.setattr("jobs.upkeep.reprocess_shadow.measuring_pool", pool)
    monkeypatch.setattr("jobs.upkeep.reprocess_history.measuring_pool", pool)


@pytest.fixture(scope="session")
def new_site(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """A site as `init_site` makes it; tests work on copies."""
    root = tmp_path_factory.mktemp("new") / "site"
    return init_site(root, settings_text=site_text(tiny_model)).root


@pytest.fixture
def site(tmp_path: Path, new_site: Path) -> Site:
    """A new site that measures with the hand-made model and does not wait for slow copies."""
    return Site(Path(shutil.copytree(new_site, tmp_path / "site")))


@pytest.fixture
def settings(site: Site) -> Settings:
    """The settings of `site`."""
    return parse_settings(site.settings_file.read_text("utf-8"), where="test")


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """Makes the bytes of a picture."""
    return picture_bytes


def site_text(model: Path, inbox: str = "quiet_seconds = 0", more: str = "") -> str:
    """The settings file of a test site."""
    return f"[inbox]\n{inbox}\n[inference]\nmodel = '{model}'\nworkers = 1\n{more}\n"


def picture_bytes(*stains: tuple[int, int, int], shade: int = 0, ending: str = ".png") -> bytes:
    """A gold surface of 64 x 64 px with square stains (x, y, side); `shade` makes it differ."""
    pixels = gold_surface()
    # One pixel that is nearly the same: other bytes and pixels, no other measure.
    pixels[0, 0] = (8 + shade % 5, 36 + shade // 500, 104 - shade // 5 % 100)
    for x, y, side in stains:
        pixels[y : y + side, x : x + side] = (5, 20, 50)
    done, data = cv2.imencode(ending, pixels)
    assert done
    return data.tobytes()


def gold_surface() -> np.ndarray:
    """Gold with a texture of a few grey levels, as a camera sees it: an even area is no part.

    The hand-made model begins to see a defect 30 % beside the median of red; this stays within 15 %.
    """
    grain = np.random.default_rng(3).normal(size=(SIDE, SIDE))
    fine, coarse = (cv2.GaussianBlur(grain, (0, 0), sigma) for sigma in (0.8, 2.0))
    texture = np.clip(fine / fine.std() + 2.0 * coarse / coarse.std(), -3.0, 3.0)
    gold = np.array((8, 36, 104)) + texture[..., None] * np.array((0.5, 2.5, 4.5))
    return np.rint(gold).astype(np.uint8)
