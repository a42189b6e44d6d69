"""Train a network on rendered surfaces and write it as a model file with its card."""

import importlib.util
import time
from datetime import UTC, datetime

from inference.classes import CLASS_NAMES, DEFECT_CLASSES
from inference.model_contract import ModelContract
from inference.rendering.planning import PART_SIZE
from inference.training.card import new_card, write_card
from inference.training.errors import TrainingUnavailableError
from inference.training.judging import judge
from inference.training.render_cache import render_many
from inference.training.settings import Progress, ReportProgress, TrainResult, TrainSettings

# Added to the seed for the held-out surfaces.
_HELD_OUT = 1_000_003


def train(settings: TrainSettings, report: ReportProgress) -> TrainResult:
    """Render, learn, export, calibrate and judge on held-out renders, write the cards.

    Leaves `NAME.onnx`, its cards `NAME.md` and `NAME.json`, and `NAME.pt` to continue from.

    Parameters
    ----------
    settings
        What to train; the folder is made where it is missing.
    report
        Called now and then with the stage and how far it is.

    Raises
    ------
    TrainingUnavailableError
        torch or onnx is not installed.
    TrainingError
        The exported file does not give what the network gives.

    """
    require_training_packages()
    # Deferred: whoever only reads the settings must not load torch.
    from inference.training.export import (  # noqa: PLC0415
        export_onnx,
        gflop,
        save_weights,
        write_contract,
    )
    from inference.training.fit import fit  # noqa: PLC0415

    settings.folder.mkdir(parents=True, exist_ok=True)
    renders = render_many(
        settings.renders,
        settings.seed,
        defect_rate=settings.defect_rate,
        processes=settings.threads,
        report=lambda done: report(Progress("rendering", done, settings.renders)),
    )
    started = time.monotonic()
    network, losses = fit(settings, renders, report)
    minutes = (time.monotonic() - started) / 60.0
    save_weights(network, settings.folder / f"{settings.name}.pt")
    path = settings.folder / f"{settings.name}.onnx"
    # Under another name until it is whole: a site may be reading the model it replaces.
    partial = path.with_name(f"{path.name}.partial")
    parity = export_onnx(network, partial)
    write_contract(partial, _uncalibrated(settings.name))
    held_out = render_many(settings.held_out, settings.seed + _HELD_OUT, processes=settings.threads)
    report(Progress("judging", 0, settings.held_out))
    judgement = judge(partial, held_out)
    write_contract(partial, judgement.contract)
    partial.replace(path)
    result = TrainResult(
        model_path=path,
        contract=judgement.contract,
        minutes=minutes,
        parameters=sum(weights.numel() for weights in network.parameters()),
        gflop=gflop(network, *judgement.contract.input_size),
        losses=losses,
        held_out=judgement.evaluation,
        parity=parity,
    )
    write_card(settings.folder, new_card(settings, result, datetime.now(UTC)))
    return result


def require_training_packages() -> None:
    """Raise `TrainingUnavailableError` where torch or onnx is missing."""
    for package in ("torch", "onnx"):
        if importlib.util.find_spec(package) is None:
            raise TrainingUnavailableError(
                f"{package} is not installed: training needs the extra `train`: "
                "pip install 'blemish[train]'"
            )


def _uncalibrated(name: str) -> ModelContract:
    """Where calibration starts."""
    return ModelContract(
        name=name,
        classes=CLASS_NAMES,
        input_size=(PART_SIZE, PART_SIZE),
        thresholds={defect_class.label: 0.5 for defect_class in DEFECT_CLASSES},
        minimum_area={defect_class.label: 20 for defect_class in DEFECT_CLASSES},
    )
