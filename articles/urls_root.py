"""The addresses that have no language: for machines."""

from django.urls import path

from articles.views import machines, pictures

urlpatterns = [
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<str:section>.xml", machines.sitemap_section, name="sitemap_section"),
    path("pictures/<str:name>", pictures.picture, name="picture"),
    path("share/<uuid:pk>/<str:digest>.png", pictures.share_image, name="share_image"),
    path("robots.txt", machines.robots, name="robots"),
]
