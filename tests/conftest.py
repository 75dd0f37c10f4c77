"""How hard the property tests try: a little on every save, a lot at night."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("save", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", max_examples=3_000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "save"))
