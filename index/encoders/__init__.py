"""Models that turn text into vectors, and the runtimes they run on."""
