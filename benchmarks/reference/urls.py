from django.urls import path

from benchmarks.reference import views

urlpatterns = [path("page", views.page), path("submit", views.submit)]
