"""The stroke itself, what was done, and daily life today."""

from django.utils.translation import gettext_lazy as _

from quotes.questions.kinds import DONT_KNOW, NONE, YES_NO, YES_NO_UNKNOWN, Question, Step, is_one_of

STROKE = Step(
    key="stroke",
    title=_("Your stroke"),
    about=_("The stroke"),
    questions=(
        Question(
            key="diagnosis_confirmed",
            kind="choice",
            label=_("Did a hospital confirm the stroke with a scan (CT or MRI)?"),
            easy=_("Did a **scan** show the stroke?"),
            needed=True,
            options=YES_NO_UNKNOWN,
        ),
        Question(
            key="stroke_type",
            kind="choice",
            label=_("What kind of stroke was it?"),
            easy=_("What **kind** of stroke?"),
            hint=_("The discharge letter says it. If you cannot find it, choose “I don't know”."),
            required=True,
            options=(
                ("ischaemic", _("A blocked vessel (ischaemic stroke)")),
                ("bleed", _("Bleeding in the brain")),
                ("subarachnoid", _("Bleeding around the brain (subarachnoid)")),
                ("tia", _("A mini-stroke (TIA): it passed completely")),
                DONT_KNOW,
            ),
        ),
        Question(
            key="stroke_count",
            kind="choice",
            label=_("How many strokes were there?"),
            easy=_("**How many** strokes?"),
            needed=True,
            options=(("one", _("One")), ("several", _("Two or more")), DONT_KNOW),
        ),
        Question(
            key="stroke_date",
            kind="month",
            label=_("When was it?"),
            easy=_("**When** was the stroke?"),
            hint=_(
                "Month and year are enough, for example 3 2024. If it is long ago, the year is enough. "
                "If there were several strokes, the last one."
            ),
            required=True,
        ),
        Question(
            key="still_changing",
            kind="scale",
            label=_("How has it been in the last three months?"),
            easy=_("The last **3 months**?"),
            required=True,
            options=(
                ("better", _("Getting better")),
                ("same", _("About the same")),
                ("worse", _("Getting worse")),
                DONT_KNOW,
            ),
        ),
        Question(
            key="side",
            kind="choice",
            label=_("Which side of your body is weak?"),
            about=_("Which side of the patient's body is weak?"),
            easy=_("Which **side** is weak?"),
            options=(
                ("right", _("The right side")),
                ("left", _("The left side")),
                ("both", _("Both sides")),
                ("neither", _("Neither: it is not a weakness")),
                DONT_KNOW,
            ),
        ),
        Question(
            key="brain_area",
            kind="text",
            label=_("Which part of the brain was hit, if you know?"),
            easy=_("Which **part** of the **brain**?"),
            hint=_("Copy it from the letter, for example: left middle cerebral artery, brain stem."),
        ),
    ),
)

CARE_THEN = Step(
    key="care-then",
    title=_("What was done and found"),
    questions=(
        Question(
            key="acute_care",
            kind="choices",
            label=_("What was done in the first days?"),
            easy=_("What did the **hospital** do?"),
            options=(
                ("clot_drug", _("A medicine that dissolves the clot")),
                ("catheter", _("The clot was removed with a thin tube")),
                ("operation", _("An operation on the skull, or on a vessel in the head")),
                (NONE, _("None of these")),
                DONT_KNOW,
            ),
        ),
        Question(
            key="cause_found",
            kind="choices",
            label=_("Did the doctors find a cause?"),
            easy=_("**Why** did it happen?"),
            options=(
                ("rhythm", _("An irregular heartbeat (atrial fibrillation)")),
                ("carotid", _("A narrowed artery in the neck")),
                ("heart_hole", _("A hole in the heart (PFO)")),
                ("other", _("Another cause")),
                (NONE, _("They looked and found none")),
                DONT_KNOW,
            ),
        ),
        Question(
            key="cause_treated",
            kind="choice",
            label=_("Is this cause being treated?"),
            easy=_("Is the cause **treated**?"),
            why=_("A treated cause is the best protection against another stroke."),
            needed=True,
            shown_if=(is_one_of("cause_found", "rhythm", "carotid"),),
            options=YES_NO_UNKNOWN,
        ),
    ),
)

DAILY_LIFE = Step(
    key="daily-life",
    title=_("Daily life today"),
    intro=_("Think of the last week. A stick, a frame or taking more time is fine."),
    questions=(
        Question(
            key="f1",
            kind="choice",
            label=_("Could you live alone without help from another person?"),
            about=_("Could the patient live alone without help from another person?"),
            easy=_("Live **alone**, with **no help**?"),
            hint=_("That means washing, toilet, meals, shopping and money."),
            required=True,
            options=YES_NO,
        ),
        Question(
            key="f2",
            kind="choice",
            label=_("Can you do everything that you did before the stroke, even if slower?"),
            about=_("Can the patient do everything that they did before the stroke, even if slower?"),
            easy=_("Do **everything** as before, even if **slower**?"),
            required=True,
            options=YES_NO,
            shown_if=(is_one_of("f1", "yes"),),
        ),
        Question(
            key="f3",
            kind="choice",
            label=_("Are you completely back to how you were before?"),
            about=_("Is the patient completely back to how they were before?"),
            easy=_("**Completely** back to before?"),
            required=True,
            options=YES_NO,
            shown_if=(is_one_of("f1", "yes"), is_one_of("f2", "yes")),
        ),
        Question(
            key="f4",
            kind="choice",
            label=_("Can you walk from one room to another without help from another person?"),
            about=_("Can the patient walk from one room to another without help from another person?"),
            easy=_("**Walk** to another room **without help**?"),
            hint=_("With a stick or a frame counts as yes."),
            required=True,
            options=YES_NO,
            shown_if=(is_one_of("f1", "no"),),
        ),
        Question(
            key="f5",
            kind="choice",
            label=_("Can you sit up in bed without help?"),
            about=_("Can the patient sit up in bed without help?"),
            easy=_("**Sit up** in bed **without help**?"),
            required=True,
            options=YES_NO,
            shown_if=(is_one_of("f1", "no"), is_one_of("f4", "no")),
        ),
        Question(
            key="pre_stroke_help",
            kind="choice",
            label=_("Did you need help every day already before the stroke?"),
            about=_("Did the patient need help every day already before the stroke?"),
            easy=_("**Daily help** already **before** the stroke?"),
            why=_("Trials often leave out people who needed help before."),
            needed=True,
            options=YES_NO_UNKNOWN,
        ),
    ),
)
