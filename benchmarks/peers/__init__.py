"""Drivers of the systems, run by path in environments of their own; ``driving`` is theirs."""
