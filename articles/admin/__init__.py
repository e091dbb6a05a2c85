"""The editors' side: articles, what stands behind them, the library of words and trials, pictures, and their panel on the desk."""

from articles.admin import articles, desk, feedback, library, pictures, sources

__all__ = ["articles", "desk", "feedback", "library", "pictures", "sources"]
