from django.urls import path

from quotes.views import case, intake, public

app_name = "quotes"
urlpatterns = [
    path("how-we-work/", public.how_we_work, name="how_we_work"),
    path("privacy/", public.privacy, name="privacy"),
    path("legal/", public.legal, name="legal"),
    path("quote/", intake.start, name="start"),
    path("quote/emergency/", intake.emergency, name="emergency"),
    path("quote/consent/", intake.consent, name="consent"),
    path("quote/check/", intake.check, name="check"),
    path("quote/sent/", intake.sent, name="sent"),
    path("quote/<slug:key>/", intake.step, name="step"),
    path("c/<slug:token>/", case.access, name="access"),
    path("lost-link/", case.lost_link, name="lost_link"),
    path("case/", case.overview, name="case"),
    path("case/answers/", case.answers, name="case_answers"),
    path("case/messages/", case.messages, name="case_messages"),
    path("case/recommendation/", case.recommendation, name="case_recommendation"),
    path("case/sign-out/", case.sign_out, name="case_sign_out"),
]
