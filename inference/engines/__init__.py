"""The libraries that can run a model file, each behind the same few lines; `opening` chooses."""
