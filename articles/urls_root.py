"""The addresses that have no language: for machines."""

from django.urls import path

from articles.views import machines

urlpatterns = [
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
