from django.urls import path

from quotes.views import access, answers, case, documents, intake, public, recommendation

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
    path("quote/end/", intake.end, name="end"),
    path("quote/documents/", documents.documents, name="documents"),
    path("quote/documents/help/", documents.photographing, name="documents_help"),
    path("quote/<slug:key>/", intake.step, name="step"),
    path("quote/<slug:key>/<slug:question>/", intake.step, name="question"),
    path("c/<slug:token>/", access.open_link, name="access"),
    path("lost-link/", access.lost_link, name="lost_link"),
    path("lost-link/sent/", access.lost_link_sent, name="lost_link_sent"),
    path("case/", case.overview, name="case"),
    path("case/answers/", answers.answers, name="case_answers"),
    path("case/answers/urgent/", answers.urgent, name="case_urgent"),
    path("case/answers/<slug:key>/", answers.correct, name="case_answer_step"),
    path("case/documents/", documents.case_documents, name="case_documents"),
    path("case/messages/", case.messages, name="case_messages"),
    path("case/recommendation/", recommendation.recommendation, name="case_recommendation"),
    path("case/recommendation/<int:number>/", recommendation.recommendation, name="case_recommendation_version"),
    path("case/recommendation/accept/<uuid:option>/", recommendation.accept, name="case_accept"),
    path("case/recommendation/decline/", recommendation.decline, name="case_decline"),
    path("case/recommendation/change/", recommendation.change, name="case_change"),
    path("case/undo/", case.undo, name="case_undo"),
    path("case/withdraw/", case.withdraw, name="case_withdraw"),
    path("case/sign-out/", access.sign_out, name="case_sign_out"),
    path("case/signed-out/", access.signed_out, name="case_signed_out"),
    path("case/ended/", access.ended, name="case_ended"),
]
