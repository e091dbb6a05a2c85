"""The case admin: calls, queue, case screen, recommendation builder, catalogue, figures, and their panels on the desk."""

from quotes.admin import afterwards, calls, cases, catalogue, counts, desk, people, recommendations, sharing, writing

__all__ = [
    "afterwards", "calls", "cases", "catalogue", "counts", "desk", "people", "recommendations", "sharing", "writing",
]  # fmt: skip
