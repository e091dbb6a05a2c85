"""The file fields of the documents pages: one for each record, several files in each."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from quotes.filetypes import ACCEPT
from quotes.models import Attachment

Slot = Attachment.Slot
HINTS = {
    Slot.DISCHARGE_LETTER: _(
        "What the hospital gave you at the end: what happened, what was done. For us the most useful paper of all."
    ),
    Slot.SCAN_REPORT: _("The page in which a doctor describes the pictures of the brain."),
    Slot.IMAGES: _(
        "The pictures themselves, from a CD or a download: as a ZIP of up to 500 MB. If that is difficult, leave it out."
    ),
    Slot.BLOOD_TESTS: _("The newest ones, from the last 3 months if there are any."),
    Slot.MEDICINE_LIST: _("A list from the doctor or the pharmacy, or a photo of the boxes with their names in view."),
    Slot.REHAB_REPORT: _("What therapists wrote about exercises and progress."),
    Slot.ECG: _("The paper strip, or the report about the heart."),
    Slot.OTHER: _("Anything else that you would show to a doctor."),
}


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class DocumentsForm(forms.Form):
    """`problems`: slot → what was wrong with its files. What is right is kept before this form is drawn, so no field holds a value."""

    use_required_attribute = False

    def __init__(self, *, problems: Mapping[str, Iterable[str]] | None = None) -> None:
        super().__init__(data={} if problems else None)
        for slot in Slot:
            widget = SeveralFiles(attrs={"accept": ACCEPT, "multiple": True})
            self.fields[slot.value] = forms.FileField(label=slot.label, help_text=HINTS[slot], required=False, widget=widget)
        for key, texts in (problems or {}).items():
            for text in texts:
                self.add_error(key, text)
