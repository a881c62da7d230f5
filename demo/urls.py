from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("etre/<slug:code>/", views.become, name="become"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<slug:name>/", views.mail, name="mail"),
    path("mailbox/<slug:name>/html/", views.mail_html, name="mail_html"),
]
