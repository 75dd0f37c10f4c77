"""A query across a border: what may be asked, and an answer made of nothing but what the gate lets through."""
