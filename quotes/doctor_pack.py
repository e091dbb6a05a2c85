"""What a family takes to its own doctor: the case in a doctor's words, what to check before anything is done, and ten questions.

Nothing here is advice of ours: answers as they were given, and what the safety rules raise on them. Names, addresses and phone
numbers stay out; so do thoughts of ending one's life: the office calls about these, they do not go onto a paper that is carried about.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Reference
from quotes import questions, rules
from quotes.models import Option
from quotes.questions import Answers, Text
from quotes.wording import answer_lines, function_text

# what a doctor needs of the answers, in the order in which a letter says it
SUMMARY: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (gettext_lazy("The stroke"), ("stroke_type", "stroke_date", "stroke_count", "diagnosis_confirmed", "cause_treated", "acute_care", "still_changing")),
    (gettext_lazy("Today"), ("falls", "swallowing_how", "chest_infections", "stiffness_treatment", "sad")),
    (gettext_lazy("Medicines and allergies"), ("thinners", "medicines", "allergy")),
    (gettext_lazy("Other illnesses"), ("cancer", "heart", "organs", "clotting", "immune", "infection", "blood_infections", "diabetes", "pressure", "pressure_reading", "seizures", "implants", "pregnancy", "other_conditions", "life_limiting")),
    (gettext_lazy("So far"), ("cells_before", "cells_details", "trial_now", "rehab_done", "rehab_hours")),
    (gettext_lazy("What the person hopes for"), ("goals",)),
)  # fmt: skip

# what to check before a procedure or a journey, by the safety rule that the answers raise
TO_CHECK: dict[str, Text] = {
    "new-signs": gettext_lazy("New neurological signs in the 7 days before the answers were given: rule out another stroke first."),
    "after-cells-emergency": gettext_lazy("Fever with headache, leg weakness or loss of sphincter control after a cell injection: infection or a mass of the spinal canal."),
    "after-cells-back-pain": gettext_lazy("Growing back pain after a cell injection: MRI of the spine (masses have been reported)."),
    "minor": gettext_lazy("Minor or just of age: the evidence in adults does not apply."),
    "over-80": gettext_lazy("Over 80: mostly outside the age limits of trials."),
    "bleeding-stroke": gettext_lazy("Haemorrhagic stroke: nearly all cell studies were in ischaemic stroke."),
    "tia-only": gettext_lazy("TIA without lasting deficit: no target for a regenerative treatment; secondary prevention."),
    "stroke-type-unknown": gettext_lazy("Type of stroke not known to the family: please give it from the discharge letter or imaging."),
    "stroke-under-14-days": gettext_lazy("Under 14 days since the stroke: acute phase, no flight."),
    "stroke-under-90-days": gettext_lazy("Under 90 days since the stroke: spontaneous recovery; do not interrupt rehabilitation."),
    "getting-worse": gettext_lazy("Worsening since the stroke: needs an explanation before anything is planned."),
    "second-stroke": gettext_lazy("Recurrent stroke within 90 days: work-up and treatment of the cause first."),
    "cause-untreated": gettext_lazy("A cause was found (for example atrial fibrillation or carotid stenosis) and may be untreated."),
    "not-diagnosed": gettext_lazy("No imaging has confirmed the stroke, as far as the family knows."),
    "function-5": gettext_lazy("mRS 5: transport is a serious risk."),
    "function-4": gettext_lazy("mRS 4: fitness to travel, and realistic goals."),
    "thinners": gettext_lazy("Anticoagulant or antiplatelet: bleeding with lumbar puncture, arterial access, stereotaxy or bone marrow harvest. Pausing it is a decision of the treating doctor alone."),
    "thinners-unknown": gettext_lazy("Whether an anticoagulant or antiplatelet is taken is not known: please say."),
    "cancer-recent": gettext_lazy("Malignancy now or within 5 years: oncologist's opinion before any cell product or growth factor."),
    "cancer-past": gettext_lazy("Malignancy more than 5 years ago: type, treatment, follow-up."),
    "implants": gettext_lazy("Implanted device or metal, or not known: MRI safety. Shunt or intrathecal pump: no injection into the CSF."),
    "baclofen-pump": gettext_lazy("Intrathecal pump: MRI safety; no other injection into the CSF."),
    "operated-no-implant": gettext_lazy("Neurosurgery after the stroke: plate, clip or stent? MRI safety."),
    "cells-before": gettext_lazy("Cells were given before: product, route and dose; consider MRI of the spine; trials may exclude."),
    "seizure-recent": gettext_lazy("Seizure within 6 months: neurologist's opinion; some procedures lower the threshold."),
    "infection": gettext_lazy("Active infection: treat first."),
    "blood-infections": gettext_lazy("HIV, hepatitis, tuberculosis or another transmissible infection was reported."),
    "clotting": gettext_lazy("Coagulation disorder, thrombocytopenia or severe anaemia: bleeding with any puncture."),
    "immune": gettext_lazy("Immunosuppression: infection risk with procedures and travel."),
    "heart": gettext_lazy("Significant heart disease: cardiologist's opinion, fitness to fly."),
    "organs": gettext_lazy("Significant renal, hepatic or pulmonary disease: exclusion in trials; oxygen in flight."),
    "diabetes": gettext_lazy("Diabetes, not well controlled: control comes first."),
    "pressure": gettext_lazy("Hypertension, not well controlled: control comes first."),
    "pressure-high": gettext_lazy("Reported reading of 180/110 mmHg or more."),
    "pregnancy": gettext_lazy("Pregnant, possibly pregnant or breastfeeding."),
    "allergy": gettext_lazy("Allergy that can matter: contrast medium, antibiotics, anaesthetics, animal proteins, DMSO."),
    "other-conditions": gettext_lazy("Dementia, severe depression, addiction or smoking was reported."),
    "life-limiting": gettext_lazy("Life-limiting illness: goals of care."),
    "chest-infections": gettext_lazy("Chest infection within 6 months with dysphagia: swallowing assessment before any journey."),
    "tube-feeding": gettext_lazy("Tube feeding: nursing and supplies on a journey."),
    "falls": gettext_lazy("Two or more falls in 6 months: fall prevention first."),
    "sad": gettext_lazy("Low mood on most days: screen for post-stroke depression."),
    "trial-now": gettext_lazy("In a clinical trial now or lately: ask its investigator; other treatment may end participation."),
    "lies-down": gettext_lazy("Cannot sit through a journey: medical escort, or no travel."),
    "old-scan": gettext_lazy("Last brain imaging more than a year ago."),
    "medicines-missing": gettext_lazy("We have no list of medicines: please add one."),
}  # fmt: skip

QUESTIONS: tuple[Text, ...] = (
    gettext_lazy("Is anything in this summary wrong or missing?"),
    gettext_lazy("Is the stroke fully looked into, and is everything done to prevent another one?"),
    gettext_lazy("What can still be gained from more therapy at home, and can you prescribe it?"),
    gettext_lazy("Which of these options would you choose for somebody of your own family, and why?"),
    gettext_lazy("What in the list above speaks against an option: now, or for good?"),
    gettext_lazy("Do the medicines fit? Must one be changed for a procedure or a journey, by whom, and for how long?"),
    gettext_lazy("Which tests or scans should be done here first?"),
    gettext_lazy("Is it safe to travel and to fly? With what help?"),
    gettext_lazy("Is there a registered trial that would fit better than paying for a treatment?"),
    gettext_lazy("Who looks after us when we come back, and what should the clinic write to you?"),
)
MOST_REFERENCES = 6  # of one option: what a busy doctor may look up


@dataclass(frozen=True, kw_only=True)
class Row:
    label: Text
    lines: list[Text]
    is_written: bool  # in the family's own words, and language


@dataclass(frozen=True, kw_only=True)
class Section:
    title: Text
    rows: list[Row]


def summary(answers: Answers, *, today: date) -> list[Section]:
    """What was answered of what a doctor needs. A question that was left open is left out: the doctor knows better."""
    found = [Section(title=_("The person"), rows=person(answers, today=today))]
    for title, keys in SUMMARY:
        asked = [questions.QUESTIONS[key] for key in keys]
        rows = [
            Row(label=question.wording(answers), lines=lines, is_written=question.is_written)
            for question in asked
            if question.applies(answers) and (lines := answer_lines(question, answers))
        ]
        if rows:
            found.append(Section(title=title, rows=rows))
    return found


def person(answers: Answers, *, today: date) -> list[Row]:
    years, score = rules.age(answers, today), rules.function_score(answers)
    months = rules.months_since_stroke(answers, today)
    facts: list[tuple[Text, Text]] = [
        (_("Age"), _("about %(years)s years") % {"years": years} if years is not None else ""),
        (_("Months since the stroke"), str(months) if months is not None else ""),
        (
            _("Function (modified Rankin scale, from five questions)"),
            _("mRS %(score)s: %(text)s") % {"score": score, "text": function_text(score)} if score is not None else "",
        ),
    ]
    return [Row(label=label, lines=[value], is_written=False) for label, value in facts if value]


def to_check(answers: Answers, *, today: date) -> list[Text]:
    """What the answers raise, most urgent first, without what is the office's own business."""
    return [TO_CHECK[rule.id] for rule in rules.raised(answers, today=today) if rule.id in TO_CHECK]


def references(options: list[Option]) -> dict[str, list[Reference]]:
    """By the key of an option: what its article cites, guidelines first, then the newest. One look-up for all."""
    cited = {str(option.pk): cited_keys(option) for option in options}
    wanted = {key for keys in cited.values() for key in keys}
    known = Reference.objects.filter(certainty=Reference.Certainty.SURE).in_bulk(wanted, field_name="key") if wanted else {}
    return {
        option: sorted((known[key] for key in keys if key in known), key=by_weight)[:MOST_REFERENCES]
        for option, keys in cited.items()
    }


def cited_keys(option: Option) -> list[str]:
    article = option.treatment.article
    edition = article.published_edition if article and article.retired_at is None else None
    return [entry["key"] for entry in edition.rendered.get("cited", [])] if edition else []


def by_weight(reference: Reference) -> tuple[bool, bool, int]:
    kinds = Reference.Kind
    return reference.kind != kinds.GUIDELINE, reference.kind not in (kinds.JOURNAL, kinds.REGULATOR), -(reference.year or 0)
