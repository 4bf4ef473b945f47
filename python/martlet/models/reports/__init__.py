"""Reports of a model as tables: `summary`, `plan` and `profile`."""

from martlet.models.reports.plan import Plan
from martlet.models.reports.profile import Profile

__all__ = ["Plan", "Profile"]
