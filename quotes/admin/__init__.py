"""The case admin: queue, case screen, recommendation builder, catalogue, and their panels on the desk."""

from quotes.admin import cases, catalogue, desk, recommendations

__all__ = ["cases", "catalogue", "desk", "recommendations"]
