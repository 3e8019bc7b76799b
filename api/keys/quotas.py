"""Counting requests, exactly: any minute and any 24 hours, by key or by visitor."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.keys.errors import RateLimited
from api.keys.records import Quota


class Quotas:
    """Counts within this process, from its start: a server that starts anew counts anew.

    A moving window, and not one that starts with the clock's minute: that
    would let twice the quota through around its turn. Call it from one thread
    at a time, as the event loop does.
    """

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, who: str, quota: Quota) -> None:
        """Count one request of ``who``; a request that is refused is not counted.

        Raises:
            RateLimited: the quota is used up; it says in how many seconds one is free.
        """
        limits: list[RateLimitItem] = [RateLimitItemPerMinute(quota.per_minute)]
        if quota.per_day is not None:
            limits.insert(0, RateLimitItemPerDay(quota.per_day))
        for limit in limits:
            if not self._limiter.test(limit, who):
                wait = self._limiter.get_window_stats(limit, who).reset_time - time.time()
                raise RateLimited(
                    f"{limit.amount} requests a {limit.GRANULARITY.name}",
                    retry_after_s=max(1, math.ceil(wait)),
                )
        for limit in limits:
            self._limiter.hit(limit, who)
