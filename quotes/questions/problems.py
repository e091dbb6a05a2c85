"""What the stroke left behind: how much of a problem each thing is today."""

from django.utils.translation import gettext_lazy as _

from quotes.questions.kinds import DONT_KNOW, HOW_MUCH, NONE, RATHER_NOT, YES_NO_UNKNOWN, Question, Step, is_one_of

HOW_MUCH_TODAY = _("How much of a problem is each of these today? Leave open what does not matter.")

MOVEMENT = Step(
    key="movement",
    title=_("Moving"),
    intro=HOW_MUCH_TODAY,
    questions=(
        Question(
            key="arm",
            kind="scale",
            label=_("Using the arm and the hand"),
            easy=_("**Arm** and **hand**"),
            options=HOW_MUCH,
        ),
        Question(key="leg", kind="scale", label=_("The leg, and walking"), easy=_("**Leg** and **walking**"), options=HOW_MUCH),
        Question(key="balance", kind="scale", label=_("Balance"), easy=_("**Balance**"), options=HOW_MUCH),
        Question(
            key="falls",
            kind="scale",
            label=_("Falls in the last six months"),
            easy=_("**Falls** in the last **6 months**?"),
            options=(("0", _("No fall")), ("1", _("One fall")), ("2", _("Two falls or more")), DONT_KNOW),
            shown_if=(is_one_of("balance", "1", "2", "3"),),
        ),
        Question(
            key="stiffness",
            kind="scale",
            label=_("Stiff or cramping muscles (spasticity)"),
            easy=_("**Stiff** muscles"),
            options=HOW_MUCH,
        ),
        Question(
            key="stiffness_treatment",
            kind="choices",
            label=_("What is done against the stiffness?"),
            easy=_("What **helps** the stiffness?"),
            options=(
                ("exercises", _("Exercises or a splint")),
                ("tablets", _("Tablets")),
                ("botulinum", _("Botulinum injections")),
                ("pump", _("A baclofen pump in the body")),
                (NONE, _("Nothing")),
                DONT_KNOW,
            ),
            shown_if=(is_one_of("stiffness", "1", "2", "3"),),
        ),
        Question(
            key="pain",
            kind="scale",
            label=_("Pain"),
            easy=_("**Pain**"),
            options=(*HOW_MUCH[:3], ("3", _("Stops everything")), DONT_KNOW),
        ),
        Question(
            key="pain_where",
            kind="text",
            label=_("Where is the pain, and what is it like?"),
            easy=_("**Where** is the pain?"),
            hint=_("For example: in the weak shoulder when it is moved; burning in the leg at night."),
            shown_if=(is_one_of("pain", "1", "2", "3"),),
        ),
    ),
)

THINKING = Step(
    key="speech-and-thinking",
    title=_("Speaking, seeing and thinking"),
    intro=HOW_MUCH_TODAY,
    questions=(
        Question(key="speaking", kind="scale", label=_("Speaking, or finding words"), easy=_("**Speaking**"), options=HOW_MUCH),
        Question(
            key="understanding",
            kind="scale",
            label=_("Understanding what others say"),
            easy=_("**Understanding** others"),
            options=HOW_MUCH,
        ),
        Question(
            key="reading",
            kind="scale",
            label=_("Reading and writing"),
            easy=_("**Reading** and **writing**"),
            options=HOW_MUCH,
        ),
        Question(
            key="vision",
            kind="scale",
            label=_("Seeing, or noticing one side"),
            easy=_("**Seeing**"),
            options=HOW_MUCH,
        ),
        Question(
            key="memory",
            kind="scale",
            label=_("Memory and concentration"),
            easy=_("**Memory**"),
            options=HOW_MUCH,
        ),
    ),
)

BODY_AND_MOOD = Step(
    key="body-and-mood",
    title=_("Body and mood"),
    intro=HOW_MUCH_TODAY,
    questions=(
        Question(key="swallowing", kind="scale", label=_("Swallowing"), easy=_("**Swallowing**"), options=HOW_MUCH),
        Question(
            key="swallowing_how",
            kind="choice",
            label=_("How do you eat and drink?"),
            about=_("How does the patient eat and drink?"),
            easy=_("**Eating** and **drinking**"),
            options=(
                ("normal", _("Ordinary food and drink")),
                ("soft", _("Soft food, or thickened drinks")),
                ("tube", _("Through a feeding tube")),
                DONT_KNOW,
            ),
            shown_if=(is_one_of("swallowing", "1", "2", "3"),),
        ),
        Question(
            key="chest_infections",
            kind="choice",
            label=_("A chest infection (pneumonia) in the last six months?"),
            easy=_("**Chest infection** in the last **6 months**?"),
            options=YES_NO_UNKNOWN,
            shown_if=(is_one_of("swallowing", "1", "2", "3"),),
        ),
        Question(
            key="bladder", kind="scale", label=_("Bladder or bowel"), easy=_("**Bladder** or **bowel**"), options=HOW_MUCH
        ),
        Question(
            key="tiredness",
            kind="scale",
            label=_("Tiredness"),
            easy=_("**Tiredness**"),
            options=(*HOW_MUCH[:3], ("3", _("Stops everything")), DONT_KNOW),
        ),
        Question(
            key="sad",
            kind="choice",
            label=_("Are you sad, or without interest in things, on most days?"),
            about=_("Is the patient sad, or without interest in things, on most days?"),
            easy=_("**Sad** on most days?"),
            why=_("Many people are after a stroke, and it can be treated."),
            options=(*YES_NO_UNKNOWN, RATHER_NOT),
        ),
        Question(
            key="dark_thoughts",
            kind="choice",
            label=_("Do you have thoughts of ending your life?"),
            about=_("Does the patient have thoughts of ending their life?"),
            easy=_("Thoughts of **ending life**?"),
            why=_("We ask so that you get help today, and not to judge."),
            options=(*YES_NO_UNKNOWN, RATHER_NOT),
            shown_if=(is_one_of("sad", "yes"),),
        ),
        Question(
            key="seizures",
            kind="choice",
            label=_("Seizures (fits) since the stroke"),
            easy=_("**Seizures** (fits) since the stroke?"),
            needed=True,
            options=(
                ("recent", _("Yes, the last one less than six months ago")),
                ("past", _("Yes, the last one longer ago")),
                ("no", _("No")),
                DONT_KNOW,
            ),
        ),
    ),
)

PROBLEMS = (
    "arm",
    "leg",
    "balance",
    "stiffness",
    "pain",
    "speaking",
    "understanding",
    "reading",
    "vision",
    "memory",
    "swallowing",
    "bladder",
    "tiredness",
    "sad",
)
"""A whole case has an answer to at least one of these."""
