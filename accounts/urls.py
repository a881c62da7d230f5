from django.urls import path

from accounts import confirming, views

urlpatterns = [
    path("sessions/", views.my_sessions, name="my_sessions"),
    path("confirmer/", confirming.confirm, name="confirm"),
    path("confirmer/reprendre/", confirming.resume, name="resume"),
]
