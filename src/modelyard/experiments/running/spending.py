"""What an attempt may spend: the most a request can take is set aside before it is made."""

import asyncio

from modelyard.experiments.amount import Amount
from modelyard.experiments.document import Limits
from modelyard.experiments.errors import BudgetSpent
from modelyard.llm.prices import told_usd


class Purse:
    """The budget of one attempt; `spent` begins with what earlier runs of it took, which stays in `before`."""

    def __init__(self, limits: Limits, spent: Amount) -> None:
        self.spent = self.before = spent
        self._limits = limits
        self._reserved: list[Amount] = []
        self._returned = asyncio.Event()

    async def reserve(self, most: Amount) -> Amount:
        """Set aside the most a request can take; wait while requests that run now may leave enough.

        Raises BudgetSpent when nothing runs and it does not fit: the budget is never passed by more than what a
        provider writes beyond what it was allowed to.
        """
        while (reason := self._over(most)) is not None:
            if not self._reserved:
                raise BudgetSpent(reason)
            await self._returned.wait()
        self._reserved.append(most)
        return most

    def settle(self, reserved: Amount, used: Amount) -> None:
        """Give back what was set aside and write down what was used."""
        self._reserved.remove(reserved)
        self.spent += used
        returned, self._returned = self._returned, asyncio.Event()
        returned.set()

    def _over(self, most: Amount) -> str | None:
        would = sum(self._reserved, self.spent) + most
        if self._limits.usd is not None and would.usd > self._limits.usd:
            return f"The budget of {told_usd(self._limits.usd)} is spent ({told_usd(self.spent.usd)})."
        if self._limits.tokens is not None and would.n_tokens > self._limits.tokens:
            return f"The budget of {self._limits.tokens:,} tokens is spent ({self.spent.n_tokens:,})."
        return None
