from django.urls import path

from summitry.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.workbook, name="workbook"),
    path("export/", views.export, name="export"),
    path("plan/", views.plan_page, name="plan"),
    path("plan/file/", views.plan_file, name="plan_file"),
    path("empty/", views.template, name="template"),
    path("upload/", views.upload, name="upload"),
    path("look/", views.look, name="look"),
    path("look/consequences/", views.consequences, name="consequences"),
    path("confirm/", views.confirm, name="confirm"),
    path("forget/", views.drop, name="forget"),
]
