from django.urls import path

from articles import views

app_name = "articles"
urlpatterns = [
    path("", views.home, name="home"),
    path("feed.xml", views.feed, name="feed"),
    path("articles/", views.article_list, name="article_list"),
    path("articles/<str:slug>/", views.article, name="article"),
    path("articles/<str:slug>/editions/", views.editions, name="editions"),
    path("articles/<str:slug>/editions/<int:number>/", views.edition, name="edition"),
    path("topics/<str:slug>/", views.topic, name="topic"),
    path("people/<str:slug>/", views.person, name="person"),
]
