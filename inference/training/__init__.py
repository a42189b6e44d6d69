"""Training of segmentation networks; the only place for torch (extra `train`)."""
