"""The editors' side: articles, what stands behind them, the library of words and trials, and their panel on the desk."""

from articles.admin import articles, desk, feedback, library, sources

__all__ = ["articles", "desk", "feedback", "library", "sources"]
