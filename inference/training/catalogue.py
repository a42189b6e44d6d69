"""What `blemish train --list` shows of each architecture."""

from dataclasses import dataclass

from inference.rendering.planning import PART_SIZE
from inference.training.require import require_training_packages


@dataclass(frozen=True, slots=True)
class ArchitectureFacts:
    """Name, weights, work for a square of 320 pixels in 10⁹ operations, and what it is."""

    name: str
    parameters: int
    gflop: float
    summary: str


def architecture_facts() -> tuple[ArchitectureFacts, ...]:
    """The architectures, the default first.

    Raises
    ------
    TrainingUnavailableError
        torch or onnx is not installed.

    """
    require_training_packages()
    # Deferred: whoever only lists commands must not load torch.
    import torch  # noqa: PLC0415

    from inference.training.architectures.registry import ARCHITECTURES  # noqa: PLC0415
    from inference.training.export import gflop  # noqa: PLC0415

    found = []
    # Shapes without numbers: counting takes no time.
    with torch.device("meta"):
        for architecture in ARCHITECTURES.values():
            network = architecture.build().eval()
            found.append(
                ArchitectureFacts(
                    architecture.name,
                    sum(weights.numel() for weights in network.parameters()),
                    gflop(network, PART_SIZE, PART_SIZE),
                    architecture.summary,
                )
            )
    return tuple(found)
