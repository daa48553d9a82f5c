"""Errors of experiments."""

from modelyard.kernel.errors import ModelyardError


class BudgetSpent(ModelyardError):
    """What the experiment may spend is spent; what was answered is kept."""

    status = 402


class NotAsked(ModelyardError):
    """The run ends, or the LLM is not asked any more: the answer is missing and can be asked later."""

    status = 503
