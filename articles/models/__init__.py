"""Reading: articles with their editions, the people who stand behind them, topics and references; words, trials, easy reading, pictures; readers' reports.

A language is a row: versions of one thing in several languages share a `translation_key`.
"""

from articles.models.articles import Article, ArticleQuerySet, Edition
from articles.models.base import LANGUAGES, Addressed, OldAddress, Public, Translated, key_validator, validate_label_codes
from articles.models.easy import EasyRead
from articles.models.feedback import Feedback
from articles.models.pictures import Picture
from articles.models.search import SearchEntry, SearchWord
from articles.models.sources import Person, Reference, Topic
from articles.models.trials import ClinicalTrial, TrialSummary
from articles.models.words import GlossaryTerm

__all__ = [
    "LANGUAGES",
    "Addressed",
    "Article",
    "ArticleQuerySet",
    "ClinicalTrial",
    "EasyRead",
    "Edition",
    "Feedback",
    "GlossaryTerm",
    "OldAddress",
    "Person",
    "Picture",
    "Public",
    "Reference",
    "SearchEntry",
    "SearchWord",
    "Topic",
    "Translated",
    "TrialSummary",
    "key_validator",
    "validate_label_codes",
]
