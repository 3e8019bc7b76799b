"""An optional language model as judge: never in the gate, believed only where people agree."""
