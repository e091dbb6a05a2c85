"""The addresses that have no language: for machines."""

from django.urls import path

from articles import views

urlpatterns = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
