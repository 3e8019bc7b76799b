"""What things cost, measured: ``make bench``, or one alone by ``python -m benchmarks.encoder``."""
