"""Sheets to print and take along: what to ask a clinic, and how to check a trial. Data; source: the portal's fact base, 4b-4d and 5h."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Ask:
    key: str  # what a clinic answered is kept under it: never changed, never used again
    question: Text
    why: Text


@dataclass(frozen=True, kw_only=True)
class Group:
    key: str
    title: Text
    asks: tuple[Ask, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    title: Text
    text: Text
    checks: tuple[Text, ...] = ()  # boxes to tick
    blanks: tuple[Text, ...] = ()  # lines to write on


GROUPS: tuple[Group, ...] = (
    Group(key="treatment", title=_("The treatment"), asks=(
        Ask(key="normal-care", question=_("Is this normal care after a stroke? If not, why not?"),
            why=_("Normal care has been tested. If a treatment is not offered at home, there is a reason, and you should hear it.")),
        Ask(key="approved-for-stroke", question=_("Is it approved here for stroke? By which authority, and under which number?"),
            why=_("“Registered” and “accredited” do not mean approved. A product can be approved for another illness and not for stroke.")),
        Ask(key="what-goes-in", question=_("What exactly goes into the body? What is the product called, whose cells are they, and which laboratory makes them?"),
            why=_("Without a name nobody can look it up. “Your own cells” are not safe just because they are yours.")),
        Ask(key="how-given", question=_("How is it given, how often, and by whom? How often has this team done it?"),
            why=_("A drip, an artery, the spine and the brain each have risks of their own.")),
    )),
    Group(key="proof", title=_("The proof"), asks=(
        Ask(key="registered-trial", question=_("Is it a trial? What is its registry number, and which ethics committee agreed to it?"),
            why=_("With the number you can look it up yourself. Being on a list is not an approval.")),
        Ask(key="compared-with", question=_("Who was compared with whom? Where can we read it?"),
            why=_("People often get better after a stroke without the new treatment. Only a comparison shows what the treatment did.")),
        Ask(key="results-of-100", question=_("Of 100 people like us, how many got better, how many did not, and how many were harmed?"),
            why=_("Like us means: the same kind of stroke, and the same time since. A success rate without a source is a warning sign.")),
        Ask(key="what-is-measured", question=_("What will you measure, when, and who measures it?"),
            why=_("The goal should be set before you start. A score can rise without life changing: ask what will be different at breakfast.")),
    )),
    Group(key="safety", title=_("Safety"), asks=(
        Ask(key="what-can-go-wrong", question=_("What can go wrong in the first days, and what years later?"),
            why=_("“No risk” is never true. Little is known about cells after more than five years.")),
        Ask(key="batch-tests", question=_("May we see the test results of the batch that we would get?"),
            why=_("They should name what it is, whether the cells live, that it is clean, and how the donor was tested. People have had infections from products that were not clean.")),
        Ask(key="other-illnesses", question=_("What does it mean together with our other illnesses and medicines?"),
            why=_("With blood-thinning medicine, every needle near the spine, an artery or the brain is a danger. Never stop a medicine without your own doctor.")),
        Ask(key="emergency-care", question=_("Who treats us in an emergency, and in which hospital?"),
            why=_("There should be a name and a place, at night and at the weekend too.")),
        Ask(key="who-pays-for-harm", question=_("Who pays if we are harmed, here or at home?"),
            why=_("Ordinary travel insurance usually leaves out planned treatment and what follows from it.")),
    )),
    Group(key="money", title=_("Money"), asks=(
        Ask(key="whole-cost", question=_("What does all of it cost, line by line, in one currency? What is not included?"),
            why=_("Extra nights, an interpreter, scans, medicines and the flight home are often left out.")),
        Ask(key="trial-charges", question=_("If it is a trial, what do we pay for, and why?"),
            why=_("In a trial that is run properly, what is being tested is normally free.")),
        Ask(key="refund", question=_("What do we get back if you find, when we are there, that it is not for us, or if we change our mind?"),
            why=_("Ask for it in writing before you pay a deposit.")),
        Ask(key="who-earns", question=_("Who earns something if we come?"),
            why=_("A commission is a reason to want you to travel. Ask us too: our recommendation says how we are paid.")),
    )),
    Group(key="after", title=_("Afterwards"), asks=(
        Ask(key="follow-up", question=_("Who will see us at home, how often, and for how long?"),
            why=_("Careful trials look after people for one to two years. A doctor at home should agree before you go.")),
        Ask(key="papers", question=_("Which papers will we take home?"),
            why=_("Doctors at home need the product, the batch number, the dose, how it was given, and a report that they can read.")),
        Ask(key="rehabilitation-missed", question=_("What rehabilitation would we miss, and how does it go on?"),
            why=_("Rehabilitation has been shown to help. A journey must not cost you weeks of it.")),
        Ask(key="later-trials", question=_("Could this keep us out of a trial later?"),
            why=_("Earlier treatment with cells is a common reason for not being accepted.")),
    )),
    Group(key="time", title=_("Time to decide"), asks=(
        Ask(key="time-to-decide", question=_("May we take the consent form home for two weeks?"),
            why=_("A good team gives you time. Pressure to decide soon is a warning sign.")),
        Ask(key="own-doctor", question=_("Will you speak with our own neurologist?"),
            why=_("Your doctor knows you, and can ask what we would not think of.")),
    )),
)  # fmt: skip

WARNING_SIGNS: tuple[Text, ...] = (
    _("One kind of cell for many illnesses"),
    _("Stories of patients instead of figures"),
    _("“No risk, because the cells are your own”"),
    _("You must pay before you get anything in writing"),
    _("No consent form, no named product, no plan for afterwards"),
    _("Somebody presses you to decide"),
)

STEPS: tuple[Step, ...] = (
    Step(
        title=_("Ask for the number"),
        text=_("A real trial stands in a public register. Its number begins with letters such as NCT, jRCT, CTRI or ISRCTN."),
        blanks=(_("Registry number"), _("Name of the trial")),
    ),
    Step(
        title=_("Look it up yourself"),
        text=_("Type the number into the register. Do not use a link that somebody sends you. The registers are listed below."),
        checks=(_("I found it in the register"),),
        blanks=(_("Date of the last update in the register"),),
    ),
    Step(
        title=_("Read what it says"),
        text=_("Tick what is true. An empty box is a question for the team."),
        checks=(
            _("It is about stroke: our kind of stroke, and our time since the stroke"),
            _("The phase is named: 1 asks if it is safe, 2 looks for a sign that it works, 3 asks if it works in many people"),
            _("There is a comparison group, and chance decides who is in it"),
            _("The people who test us do not know who got what"),
            _("Sponsor and hospital are named, and the hospital’s main number knows of the trial"),
            _("It is taking people now, and the last update is not old"),
            _("What is being tested costs us nothing"),
        ),
    ),
    Step(
        title=_("Ask who allowed it"),
        text=_("Ask which medicines authority and which ethics committee agreed, and under which numbers. Then write to both."),
        checks=(_("The authority knows the trial"), _("The ethics committee knows the trial")),
        blanks=(_("Medicines authority, and its number"), _("Ethics committee, and its number")),
    ),
    Step(
        title=_("Look for earlier results"),
        text=_("Search for the name of the cells. Was there a study before? Was anybody compared with? Was its main goal met?"),
        blanks=(_("What we found"),),
    ),
    Step(
        title=_("See what you are promised in writing"),
        text=_("A real trial owes you all of this."),
        checks=(
            _("Written information in words that we understand"),
            _("Time to think about it at home"),
            _("The right to leave at any time"),
            _("It is said who pays if we are harmed"),
            _("The results will be published, good or bad"),
        ),
    ),
    Step(
        title=_("Show it to your stroke doctor"),
        text=_("Take this sheet along. Do not stop a medicine or your therapy for a trial before you have spoken."),
        checks=(_("Our doctor has seen it"),),
        blanks=(_("What our doctor says"),),
    ),
)

# registers that anybody can search; the two that gather trials from many countries come first
REGISTERS: tuple[tuple[Text, str, str], ...] = (
    (_("Many countries"), "ClinicalTrials.gov", "https://clinicaltrials.gov"),
    (_("Many registers together (WHO)"), "ICTRP", "https://trialsearch.who.int"),
    (_("European Union"), "euclinicaltrials.eu", "https://euclinicaltrials.eu"),
    (_("United Kingdom"), "ISRCTN", ""),
    (_("Japan"), "jRCT", ""),
    (_("South Korea"), "CRIS", ""),
    (_("India"), "CTRI", ""),
    (_("Australia and New Zealand"), "ANZCTR", ""),
)

# what the two sheets were made from
QUESTION_SOURCES = ("R132", "R153", "R121")
CHECK_SOURCES = ("R134", "R135", "R127", "R121")
