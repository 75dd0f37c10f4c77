"""Makes the table of the example: the 59 customers of the Chinook sample database, extended to volume.

Real are the countries and how many customers each has, the names, and the shape of telephone numbers and postcodes. Made up, from one
seed, are the customers beyond the first 59: each is one of them under a number of its own, with digits changed at random; and for all of
them the birth date and the address on the Internet from which the last order came (of the ranges that are kept for documentation).
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

SEED, MANY = 20261126, 600_000


def extended(many: int = MANY) -> pl.DataFrame:
    """So many customers; the first 59 are those of the file."""
    real = pl.read_csv(Path(__file__).parent / "customers.csv", infer_schema=False)
    chance = np.random.default_rng(SEED)
    row = np.concatenate([np.arange(len(real)), chance.integers(0, len(real), many - len(real))])
    digits = pl.Series(chance.integers(1000, 9999, many)).cast(pl.String)
    number = pl.int_range(1, many + 1, eager=True)
    return real[row].select(
        customer=number,
        name=pl.col("FirstName") + " " + pl.col("LastName"),
        email="customer" + number.cast(pl.String) + "@example.org",
        phone=pl.col("Phone").str.head(-4) + digits,
        postcode=pl.col("PostalCode"),
        birth_date=pl.Series(np.datetime64("1945-01-01") + chance.integers(0, 22_000, many)).cast(pl.Date),
        last_ip=pl.Series(chance.choice(["192.0.2.", "198.51.100.", "203.0.113."], many)) + pl.Series(chance.integers(1, 255, many)).cast(pl.String),
        country=pl.col("Country"),
    )


if __name__ == "__main__":
    extended().write_parquet(sys.argv[1])
