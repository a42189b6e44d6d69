"""Batch norms made part of the convolutions before them, as they are in a model file."""

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from inference.model_contract import SIDE_MULTIPLE
from inference.normalise import INPUT_CHANNELS


def convolutions(network: nn.Module) -> list[tuple[str, nn.Module]]:
    """The convolutions, plain and transposed, of `network` with their names, as they are run."""
    run: list[nn.Module] = []
    names = {module: name for name, module in network.named_modules()}
    found = [module for module in names if isinstance(module, nn.Conv2d | nn.ConvTranspose2d)]
    hooks = [
        module.register_forward_hook(lambda module, _inputs, _output: run.append(module))
        for module in found
    ]
    _run_once(network)
    for hook in hooks:
        hook.remove()
    return [(names[module], module) for module in run]


def fold_norms(network: nn.Module) -> None:
    """Replace each batch norm behind a convolution by a bias of the latter, in place.

    In use the network gives what it gave before. In training it has no statistics left that a
    few images could spoil.
    """
    network.eval()
    names = {module: name for name, module in network.named_modules()}
    made_by: dict[int, nn.Module] = {}
    kept: list[Tensor] = []
    pairs: list[tuple[nn.Conv2d, nn.BatchNorm2d]] = []

    def note(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        if isinstance(module, nn.Conv2d):
            made_by[id(output)] = module
            # Kept alive, so that no other tensor gets its identity.
            kept.append(output)
        elif isinstance(module, nn.BatchNorm2d):
            before = made_by[id(inputs[0])]
            assert isinstance(before, nn.Conv2d)
            pairs.append((before, module))

    hooks = [
        module.register_forward_hook(note)
        for module in names
        if isinstance(module, nn.Conv2d | nn.BatchNorm2d)
    ]
    _run_once(network)
    for hook in hooks:
        hook.remove()
    for convolution, norm in pairs:
        fused = fuse_conv_bn_eval(convolution, norm)
        fused._forward_hooks.clear()  # noqa: SLF001
        network.set_submodule(names[convolution], fused)
        network.set_submodule(names[norm], nn.Identity())


def _run_once(network: nn.Module) -> None:
    side = 2 * SIDE_MULTIPLE
    with torch.no_grad():
        network.eval()(torch.zeros(1, INPUT_CHANNELS, side, side))
