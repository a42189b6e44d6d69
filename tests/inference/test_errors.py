import pickle

from inference.errors import ImageRefusedError, InferenceError


def test_a_refusal_crosses_processes_with_its_reason():
    error = pickle.loads(pickle.dumps(ImageRefusedError("TRUNCATED", "the file is empty")))
    assert (error.reason, str(error)) == ("TRUNCATED", "the file is empty")
    assert isinstance(error, InferenceError)
