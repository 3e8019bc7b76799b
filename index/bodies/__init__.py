"""Who is inspected: forces, councils and services, and every name people give them."""

from index.bodies.matching import Mention
from index.bodies.names import Body, BodyKind
from index.bodies.registry import BodyRegistry

__all__ = ["Body", "BodyKind", "BodyRegistry", "Mention"]
