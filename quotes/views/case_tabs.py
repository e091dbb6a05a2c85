"""The tabs of the case page, in order: a section, the name of its address, and what the tab says."""

from django.utils.translation import gettext_lazy as _

TABS = (
    ("overview", "quotes:case", _("Overview")),
    ("answers", "quotes:case_answers", _("Your answers")),
    ("documents", "quotes:case_documents", _("Documents")),
    ("messages", "quotes:case_messages", _("Messages")),
    ("recommendation", "quotes:case_recommendation", _("Recommendation")),
    ("people", "quotes:case_people", _("People")),
    ("privacy", "quotes:case_privacy", _("Privacy")),
)
