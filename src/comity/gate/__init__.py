"""The gate: moves a table across a border and lets through what every applicable law allows, and nothing else."""
