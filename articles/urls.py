from django.urls import path

from articles.views import easy, feedback, glossary, machines, reading, search, sheets, trials

app_name = "articles"
urlpatterns = [
    path("", reading.home, name="home"),
    path("feed.xml", machines.feed, name="feed"),
    path("articles/", reading.article_list, name="article_list"),
    path("articles/<str:slug>/", reading.article, name="article"),
    path("articles/<str:slug>/editions/", reading.editions, name="editions"),
    path("articles/<str:slug>/editions/<int:number>/", reading.edition, name="edition"),
    path("articles/<str:slug>/editions/<int:number>/changes/", reading.changes_page, name="changes"),
    path("articles/<str:slug>/easy/", easy.easy, name="easy"),
    path("search/", search.search, name="search"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("trials/", trials.trial_list, name="trial_list"),
    path("trials/pictures/", trials.pictures, name="trial_pictures"),
    path("trials/trials.csv", trials.as_csv, name="trials_csv"),
    path("trials/trials.json", trials.as_json, name="trials_json"),
    path("trials/<str:key>/", trials.trial, name="trial"),
    path("questions-to-ask/", sheets.questions, name="questions_to_ask"),
    path("check-a-trial/", sheets.check_a_trial, name="check_a_trial"),
    path("topics/<str:slug>/", reading.topic, name="topic"),
    path("people/", reading.people, name="people"),
    path("topics/<str:slug>/feed.xml", machines.topic_feed, name="topic_feed"),
    path("people/<str:slug>/", reading.person, name="person"),
    path("feedback/<str:key>/", feedback.form, name="feedback"),
    path("feedback/<str:key>/sent/", feedback.sent, name="feedback_sent"),
]
