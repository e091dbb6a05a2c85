"""Reading: articles with their editions, the people who stand behind them, topics and references; words, trials, easy reading, pictures.

A language is a row: versions of one thing in several languages share a `translation_key`.
"""

from articles.models.articles import Article, ArticleQuerySet, Edition
from articles.models.base import LANGUAGES, Translated, key_validator, validate_label_codes
from articles.models.easy import EasyRead
from articles.models.pictures import Picture
from articles.models.sources import Person, Reference, Topic
from articles.models.trials import ClinicalTrial, TrialSummary
from articles.models.words import GlossaryTerm

__all__ = [
    "LANGUAGES",
    "Article",
    "ArticleQuerySet",
    "ClinicalTrial",
    "EasyRead",
    "Edition",
    "GlossaryTerm",
    "Person",
    "Picture",
    "Reference",
    "Topic",
    "Translated",
    "TrialSummary",
    "key_validator",
    "validate_label_codes",
]
