"""OpenVINO, without its model converter: that takes most of the time of importing it.

``import openvino`` brings the converter along where it can, and with it telemetry,
multiprocessing and an HTTP client, 0.2 s that running a model has no use for. It
does without a converter that is not there. Who converts a model imports it by name.
"""

from __future__ import annotations

import sys
from typing import Any

_CONVERTER = "openvino.tools.ovc"


def _runtime() -> Any:  # noqa: ANN401 - OpenVINO has no types
    hidden = "openvino" not in sys.modules and _CONVERTER not in sys.modules
    if hidden:
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]  # "not there", to import
    try:
        import openvino
    finally:
        if hidden:
            del sys.modules[_CONVERTER]
    return openvino


openvino: Any = _runtime()
