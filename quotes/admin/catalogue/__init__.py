"""The catalogue: treatments and what holds for them, clinics and what they told us, rates, the costs people forget, and the checklist."""

from quotes.admin.catalogue import checklist, clinics, figures, treatments, usual

__all__ = ["checklist", "clinics", "figures", "treatments", "usual"]
