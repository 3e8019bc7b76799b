"""How many tokens each account may still use today."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Protocol


class Allowance(Protocol):
    """Decides before each request whether an account may have so many tokens more."""

    def take(self, account: str, tokens: int) -> bool:
        """Count the tokens against the account's day and return true, or leave it and return false.

        ``account`` is an opaque name; all who have none share the empty one.
        ``tokens`` are those of the prompt and the most that the reply may take.
        """
        ...


def today() -> date:
    return datetime.now(UTC).date()


class DailyAllowance:
    """The same number of tokens for each account and day, counted in this process.

    A restart begins the day anew; a server of several processes has one count
    in each.
    """

    def __init__(self, tokens: int, *, day: Callable[[], date] = today) -> None:
        self._tokens = tokens
        self._day = day
        self._today = day()
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, account: str, tokens: int) -> bool:
        with self._lock:
            if (day := self._day()) != self._today:
                self._today, self._used = day, {}
            used = self._used.get(account, 0) + tokens
            if used > self._tokens:
                return False
            self._used[account] = used
            return True
