"""Whether what training needs is installed."""

import importlib.util

from inference.training.errors import TrainingUnavailableError


def require_training_packages() -> None:
    """Raise `TrainingUnavailableError` where torch or onnx is missing."""
    for package in ("torch", "onnx"):
        if importlib.util.find_spec(package) is None:
            raise TrainingUnavailableError(
                f"{package} is not installed: training needs the extra `train`: "
                "pip install 'blemish[train]'"
            )
