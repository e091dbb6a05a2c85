"""The catalogue: treatments and what holds for them, clinics and what they told us, rates, and the costs people forget."""

from quotes.admin.catalogue import clinics, figures, treatments, usual

__all__ = ["clinics", "figures", "treatments", "usual"]
