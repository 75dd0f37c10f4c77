"""The docket: deliberate acts of authorities and parties, their clocks and signatures, from an application to a fact that verdicts rely on."""
