"""Where a network is trained, and with which numbers."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from inference.training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Machine:
    """A device and what it does well.

    Attributes
    ----------
    device
        Of torch.
    bfloat16
        Convolutions in bfloat16 (weights stay float32): only where the processor has
        instructions for it (AVX-512 BF16, AMX, or a GPU); elsewhere it would be slower.

    """

    device: torch.device
    bfloat16: bool

    def autocast(self) -> AbstractContextManager[Any]:
        """Context for the forward pass."""
        if not self.bfloat16:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def place(self, network: nn.Module) -> nn.Module:
        """Move `network` to the device, its weights laid out channels last, to be trained.

        That layout is the faster one on processors, too: a step of `fast` takes a fifth less.
        """
        network.to(self.device)
        for weights in network.parameters():
            if weights.dim() == 4:
                weights.data = weights.data.contiguous(memory_format=torch.channels_last)
        return network.train()

    def describe(self) -> str:
        """For the card: "cpu, float32"."""
        return f"{self.device.type}, {'bfloat16' if self.bfloat16 else 'float32'}"


def find_machine(wanted: str) -> Machine:
    """The device called `wanted`; "auto" is CUDA where there is one.

    Raises
    ------
    TrainingError
        CUDA is wanted and there is none.

    """
    cuda = torch.cuda.is_available()
    if wanted == "cuda" and not cuda:
        raise TrainingError("torch sees no CUDA device here; choose the device auto or cpu")
    if wanted != "cpu" and cuda:
        return Machine(torch.device("cuda"), torch.cuda.is_bf16_supported())
    # torch has no public question for these two.
    bfloat16 = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()  # noqa: SLF001
    return Machine(torch.device("cpu"), bfloat16)
