"""An assistant that is opened in the background, so that a server is there at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from index.errors import PeelbackError

if TYPE_CHECKING:
    from rag.pipeline import Assistant

logger = logging.getLogger(__name__)


class OpenedLater:
    """Opens the assistant once; a call that comes before it is open waits.

    What failed is tried again at the next call: the library may be there by then.
    """

    def __init__(self, opening: Callable[[], Assistant]) -> None:
        self._opening = opening
        self._assistant: Assistant | None = None
        self._one_at_a_time = threading.Lock()
        self._ahead = threading.Thread(target=self._try, name="opening")

    def start(self) -> None:
        """Begin to open it on a thread of its own."""
        self._ahead.start()

    def finish(self) -> None:
        """Wait for that thread: Python cannot end well while it still imports."""
        self._ahead.join()

    def get(self) -> Assistant:
        """Return the assistant, or raise what keeps it from being opened."""
        with self._one_at_a_time:
            if self._assistant is None:
                self._assistant = self._opening()
            return self._assistant

    def _try(self) -> None:
        try:
            self.get()
        except PeelbackError as error:
            # Whoever asks is told.
            logger.info("cannot open: %s", error)
