"""The case admin: calls, queue, case screen, recommendation builder, catalogue, figures, and their panels on the desk."""

from quotes.admin import calls, cases, catalogue, counts, desk, people, recommendations, writing

__all__ = ["calls", "cases", "catalogue", "counts", "desk", "people", "recommendations", "writing"]
from quotes.admin import afterwards

__all__ = ["afterwards", "calls", "cases", "catalogue", "counts", "desk", "recommendations"]
