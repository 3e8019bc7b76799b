"""The library as tools for an assistant that speaks the Model Context Protocol; read-only."""
