"""Ctrl-C heard between two steps, not in the middle of one.

Python raises ``KeyboardInterrupt`` wherever it happens to be, which may be
inside a library's callback on the way out of native code; there it can end
the process with a crash. So the first Ctrl-C is only noted, and a second one
is for whoever cannot wait.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STDERR = 2
"""The file descriptor."""


@contextmanager
def gentle_interrupts() -> Iterator[Callable[[], None]]:
    """Lend a function to call between steps: it raises once Ctrl-C was pressed.

    For the main thread, which is where signals are heard. The second Ctrl-C
    raises at once.
    """
    pressed = False

    def hear(_: int, __: FrameType | None) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True
        # Past Python's buffers, which the signal may have caught in the middle of a write.
        os.write(STDERR, b"\nstopping after this step\n")

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)
