"""Any endpoint of OpenAI's chat completions shape, asked for one verdict at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

from eval.errors import JudgeError

TIMEOUT_S = 60.0
ATTEMPTS = 3
"""Tries of one request: what is refused for load, or breaks, is asked again at once."""

_BUSY = frozenset({408, 409, 429, 500, 502, 503, 504})
_OBJECT = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the judge is: ``base_url`` up to and with ``/v1``; ``key`` may be empty."""

    base_url: str
    model: str
    key: str = ""


class Judge:
    """One connection to the endpoint. A context manager."""

    def __init__(self, address: Address) -> None:
        self._address = address
        headers = {"Authorization": f"Bearer {address.key}"} if address.key else {}
        self._client = httpx2.Client(headers=headers, timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def is_right(self, messages: Sequence[Mapping[str, str]], *, seed: int) -> bool:
        """Return the verdict on one answer.

        Raises:
            JudgeError: the endpoint cannot be reached, refuses, or gives no verdict.

        """
        body = {
            "model": self._address.model,
            "messages": list(messages),
            "temperature": 0,
            "seed": seed,
        }
        return _verdict(self._reply(body))

    def _reply(self, body: Mapping[str, Any]) -> str:
        url = f"{self._address.base_url.rstrip('/')}/chat/completions"
        reason = ""
        for _ in range(ATTEMPTS):
            try:
                response = self._client.post(url, json=body)
            except httpx2.HTTPError as error:
                reason = f"{type(error).__name__}: {error}"
                continue
            if response.status_code not in _BUSY:
                break
            reason = f"status {response.status_code}"
        else:
            raise JudgeError(f"the judge at {url} did not answer {ATTEMPTS} times: {reason}")
        if response.status_code != httpx2.codes.OK:
            raise JudgeError(f"the judge at {url} refused: status {response.status_code}")
        try:
            return str(response.json()["choices"][0]["message"]["content"])
        except (ValueError, LookupError, TypeError) as error:
            raise JudgeError(f"{url} does not answer as chat completions do") from error


def _verdict(reply: str) -> bool:
    # Models like to wrap the object in words or fences; two verdicts are none.
    verdicts = set()
    for text in _OBJECT.findall(reply):
        try:
            verdicts.add(json.loads(text).get("right"))
        except (ValueError, TypeError):
            continue
    if len(verdicts) == 1 and isinstance(verdict := verdicts.pop(), bool):
        return verdict
    raise JudgeError(f"the judge gave no verdict: {reply[:200]!r}")
