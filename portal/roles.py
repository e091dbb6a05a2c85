"""Who on the staff may do what: one matrix, from which portal/accounts.py makes the groups and a test walks every page.

Models are named as strings: this is data about the apps, not knowledge of them. Nobody may delete anything.
"""

from django.utils.translation import gettext_lazy as _

COORDINATOR, CLINICAL_REVIEWER, MANAGER = "coordinator", "clinical reviewer", "manager"
EDITOR, AUDITOR, SYSTEM = "editor", "auditor", "system"

LABELS = {
    COORDINATOR: _("coordinator"),
    CLINICAL_REVIEWER: _("clinical reviewer"),
    MANAGER: _("manager"),
    EDITOR: _("editor"),
    AUDITOR: _("auditor"),
    SYSTEM: _("system"),
}

# role → model → actions. `change` on a case means its verbs; what each verb needs beside it stands in quotes/workflow.py.
MATRIX: dict[str, dict[str, str]] = {
    COORDINATOR: {
        "quotes.quoterequest": "view change",
        "quotes.callrequest": "view change",
        "quotes.workprofile": "view add change",
        "quotes.absence": "view add change",
        "quotes.followup": "view",
        "quotes.recommendation": "view add change",
        "quotes.option": "view add change",
        "quotes.lineitem": "view add change",
        "quotes.treatment": "view",
        "quotes.replytemplate": "view",
        "quotes.clinic": "view add change",
        "quotes.regulatorystatus": "view",
        "quotes.clinicanswer": "view add change",
        "quotes.price": "view add",
        "quotes.exchangerate": "view add",
        "quotes.usualline": "view",
        "quotes.checkliststep": "view",
        "articles.article": "view",
    },
    CLINICAL_REVIEWER: {
        "quotes.quoterequest": "view change",
        "quotes.recommendation": "view",
        "quotes.option": "view",
        "quotes.lineitem": "view",
        "quotes.treatment": "view add change",
        "quotes.clinic": "view",
        "quotes.regulatorystatus": "view add change",
        "quotes.clinicanswer": "view",
        "quotes.price": "view",
        "quotes.exchangerate": "view",
        "quotes.usualline": "view",
        "quotes.checkliststep": "view",
        "quotes.rulesetapproval": "view add",
        "articles.article": "view change",
    },
    MANAGER: {
        "quotes.quoterequest": "view change",
        "quotes.callrequest": "view change",
        "quotes.workprofile": "view add change",
        "quotes.absence": "view add change",
        "quotes.substituteapprover": "view add",
        "quotes.stepcount": "view",
        "quotes.complaint": "view change",
        "quotes.followup": "view",
        "quotes.recommendation": "view add change",
        "quotes.option": "view add change",
        "quotes.lineitem": "view add change",
        "quotes.treatment": "view add change",
        "quotes.clinic": "view add change",
        "quotes.regulatorystatus": "view add change",
        "quotes.clinicanswer": "view add change",
        "quotes.price": "view add change",
        "quotes.exchangerate": "view add",
        "quotes.usualline": "view add change",
        "quotes.checkliststep": "view add change",
        "quotes.replytemplate": "view add change",
        "quotes.rulesetapproval": "view",
        "articles.article": "view",
        "portal.outgoingemail": "view",
    },
    EDITOR: {
        "articles.article": "view add change",
        "articles.topic": "view add change",
        "articles.person": "view add change",
        "articles.reference": "view add change",
        "articles.glossaryterm": "view add change",
        "articles.clinicaltrial": "view add change",
        "articles.trialsummary": "view add change",
        "articles.easyread": "view add change",
        "articles.feedback": "view",
        "articles.picture": "view add change",
    },
    AUDITOR: {"portal.auditevent": "view"},
    SYSTEM: {"portal.user": "view add change", "portal.outgoingemail": "view"},
}
