from django.urls import path

from articles.views import easy, feedback, glossary, machines, reading, trials

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
    path("glossary/", glossary.glossary, name="glossary"),
    path("trials/", trials.trial_list, name="trial_list"),
    path("trials/<str:key>/", trials.trial, name="trial"),
    path("topics/<str:slug>/", reading.topic, name="topic"),
    path("topics/<str:slug>/feed.xml", machines.topic_feed, name="topic_feed"),
    path("people/<str:slug>/", reading.person, name="person"),
    path("feedback/<str:key>/", feedback.form, name="feedback"),
    path("feedback/<str:key>/sent/", feedback.sent, name="feedback_sent"),
]
