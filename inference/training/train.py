"""Train a network and write it as a model file with its cards."""

from dataclasses import replace
from datetime import UTC, datetime

from inference.classes import CLASS_NAMES, DEFECT_CLASSES
from inference.datasets.split_file import write_split
from inference.model_contract import ModelContract
from inference.model_metadata import with_contract
from inference.training.card import new_card, write_card
from inference.training.errors import TrainingError
from inference.training.judging import judge
from inference.training.material import Material, rendered_material
from inference.training.photographed import photographed_material
from inference.training.progress import Progress, ReportProgress, TrainResult
from inference.training.require import require_training_packages
from inference.training.settings import TrainSettings
from inference.training.starting import StartingModel, read_starting_model
from inference.training.whole_files import whole_file


def train(settings: TrainSettings, report: ReportProgress, *, restart: bool = False) -> TrainResult:
    """Learn, export, choose thresholds, score on images kept apart, write the cards.

    Leaves `NAME.onnx`, its cards `NAME.md` and `NAME.json`, the log `NAME.log.csv`, and
    `NAME.split.csv` where it split a data set. A run that was killed goes on from
    `NAME.checkpoint`, which is removed at the end.

    Parameters
    ----------
    settings
        What to train; the folder is made where it is missing.
    report
        Called now and then with the stage and how far it is.
    restart
        Drop a checkpoint instead of going on from it.

    Raises
    ------
    TrainingUnavailableError
        torch or onnx is not installed.
    TrainingError
        The checkpoint is that of another run, the learning diverged, or the exported file does
        not give what the network gives.
    DatasetError, ModelError
        The images, or the model to start from, cannot be used.

    """
    require_training_packages()
    # Deferred: whoever only reads the settings must not load torch.
    from inference.training.architectures.registry import find  # noqa: PLC0415
    from inference.training.checkpoint import checkpoint_path, read_checkpoint  # noqa: PLC0415
    from inference.training.export import export_onnx, gflop  # noqa: PLC0415
    from inference.training.golden_image import write_golden  # noqa: PLC0415
    from inference.training.learning import learn  # noqa: PLC0415

    find(settings.arch)
    start = _start(settings)
    contract = _first_contract(settings, start)
    kept_at = checkpoint_path(settings.folder, settings.name)
    if restart:
        kept_at.unlink(missing_ok=True)
    # Before the long rendering: a run that cannot go on says so at once.
    read_checkpoint(kept_at, settings.identity())
    material = _material(settings, contract, report)
    settings.folder.mkdir(parents=True, exist_ok=True)
    if material.dataset is not None and material.split is not None and settings.split is None:
        split_path = settings.folder / f"{settings.name}.split.csv"
        write_split(split_path, material.split, material.dataset)
    source = {"images": material.learned.digest(), "model": start.model_id if start else ""}
    network, epochs = learn(settings, material, source, report)
    path = settings.folder / f"{settings.name}.onnx"
    # A site may be reading the model that this one replaces.
    with whole_file(path) as partial:
        parity = export_onnx(network, partial, arch=settings.arch)
        partial.write_bytes(with_contract(partial.read_bytes(), contract))
        report(Progress("judging", 0, 1))
        judgement = judge(partial, to_calibrate=material.watched, to_score=material.scored)
        partial.write_bytes(with_contract(partial.read_bytes(), judgement.contract))
        write_golden(partial, zip(material.scored.pixels, material.scored.masks, strict=True))
    result = TrainResult(
        model_path=path,
        contract=judgement.contract,
        minutes=epochs[-1].minutes,
        parameters=sum(weights.numel() for weights in network.parameters()),
        gflop=gflop(network, *judgement.contract.input_size),
        epochs=epochs,
        data_hash=source["images"],
        images=(len(material.learned), len(material.watched), len(material.scored)),
        scored_apart=material.scored is not material.watched,
        started_from=start.model_id if start else None,
        held_out=judgement.evaluation,
        parity=parity,
    )
    write_card(settings.folder, new_card(settings, result, datetime.now(UTC)))
    kept_at.unlink(missing_ok=True)
    report(Progress("judging", 1, 1))
    return result


def _material(settings: TrainSettings, contract: ModelContract, report: ReportProgress) -> Material:
    if settings.data is None:
        return rendered_material(settings, report)
    return photographed_material(settings.data, settings, contract.input_size, report)


def _start(settings: TrainSettings) -> StartingModel | None:
    """The model to go on from, after its architecture was compared with the wanted one."""
    if settings.start is None:
        return None
    start = read_starting_model(settings.start)
    if start.arch not in {None, settings.arch}:
        raise TrainingError(
            f"{settings.start} is a model of architecture {start.arch}, not {settings.arch}"
        )
    return start


def _first_contract(settings: TrainSettings, start: StartingModel | None) -> ModelContract:
    """Where the choice of thresholds starts."""
    if start is not None:
        return replace(start.contract, name=settings.name)
    return ModelContract(
        name=settings.name,
        classes=CLASS_NAMES,
        input_size=(settings.input_side, settings.input_side),
        thresholds={defect_class.label: 0.5 for defect_class in DEFECT_CLASSES},
        minimum_area={defect_class.label: 20 for defect_class in DEFECT_CLASSES},
    )
