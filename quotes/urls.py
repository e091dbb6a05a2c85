from django.urls import path

from quotes.views import access, calls, case, intake, later, public, recommendation

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
    path("quote/call-me/", calls.call_me, name="call_me"),
    path("quote/call-me/asked/", calls.call_asked, name="call_asked"),
    path("quote/later/", later.later, name="later"),
    path("quote/later/sent/", later.later_sent, name="later_sent"),
    path("quote/another/", later.another, name="another"),
    path("quote/<slug:key>/", intake.step, name="step"),
    path("c/<slug:token>/", access.open_link, name="access"),
    path("lost-link/", access.lost_link, name="lost_link"),
    path("lost-link/sent/", access.lost_link_sent, name="lost_link_sent"),
    path("case/", case.overview, name="case"),
    path("case/answers/", case.answers, name="case_answers"),
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
