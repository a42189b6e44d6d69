"""From stored rows to signals and states: characteristics, budget, phases, evaluation."""
