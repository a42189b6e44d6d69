"""A network by its name, taught with what was gathered."""

import cv2
import numpy as np
import torch
from torch import nn

from inference.classes import CLASS_NAMES
from inference.training.architectures.prior import set_prior
from inference.training.architectures.registry import build
from inference.training.batches import Batches
from inference.training.checkpoint import checkpoint_path, read_checkpoint
from inference.training.device import find_machine
from inference.training.encoder_weights import load_encoder_weights
from inference.training.errors import TrainingError
from inference.training.fit import fit
from inference.training.from_onnx import network_from
from inference.training.material import Material
from inference.training.progress import EpochRecord, ReportProgress
from inference.training.run import Run
from inference.training.samples import Samples
from inference.training.settings import TrainSettings

# Crops of an epoch where the settings leave them open.
_CROPS = 200


def learn(
    settings: TrainSettings, material: Material, source: dict[str, str], report: ReportProgress
) -> tuple[nn.Module, tuple[EpochRecord, ...]]:
    """Teach a network, or go on from the checkpoint in the run's folder.

    Parameters
    ----------
    settings
        What to do.
    material
        What to do it with.
    source
        Hashes of what is learned from: they belong to the run's identity.
    report
        Told of each step and epoch.

    Returns
    -------
    The averaged weights, ready to use on the CPU, and a record of each epoch.

    """
    # Before the network is built: its first weights depend on the seed.
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    # The crops are small, and torch wants the cores.
    cv2.setNumThreads(1)
    identity = settings.identity() | source
    kept = read_checkpoint(checkpoint_path(settings.folder, settings.name), identity)
    batches = Batches(
        material.learned,
        others=material.others,
        share=settings.render_share,
        aimed=settings.aimed,
        crop=settings.crop,
        batch=settings.batch,
        visits=settings.visits or -(-_CROPS // len(material.learned)),
        seed=settings.seed,
    )
    if len(batches) == 0:
        raise TrainingError(
            f"{len(material.learned)} images, each visited {settings.visits} times an epoch, do "
            f"not fill a batch of {settings.batch}"
        )
    machine = find_machine(settings.device)
    run = Run(settings, _network(settings, material), batches, material.watched, machine)
    return fit(settings, run, identity, kept, report)


def _network(settings: TrainSettings, material: Material) -> nn.Module:
    if settings.start is not None:
        return network_from(settings.start, settings.arch)
    network = build(settings.arch)
    if settings.encoder_weights is not None:
        load_encoder_weights(network, settings.arch, settings.encoder_weights)
    if material.dataset is not None:
        set_prior(network.get_submodule("head"), _class_shares(material.learned))
    return network


def _class_shares(samples: Samples) -> list[float]:
    counts = sum(np.bincount(mask.ravel(), minlength=256) for mask in samples.masks)
    judged = np.asarray(counts)[: len(CLASS_NAMES)]
    return [float(count) / float(judged.sum()) for count in judged]
