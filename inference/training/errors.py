"""What keeps a network from being trained."""

from inference.errors import InferenceError


class TrainingUnavailableError(InferenceError):
    """The extra `train` is not installed."""


class TrainingError(InferenceError):
    """Settings that cannot be trained with, or an export that does not match its network."""
