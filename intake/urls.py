"""Addresses of answers from outside."""

from django.urls import path

from intake import views

urlpatterns = [
    path("levi-reports", views.LeviListView.as_view()),
    path("levi-reports/<str:answer_id>", views.LeviView.as_view()),
    path("vehicle-details", views.VehicleListView.as_view()),
    path("vehicle-details/<str:answer_id>", views.VehicleView.as_view()),
    path("ocr-results", views.DocumentListView.as_view()),
    path("ocr-results/<str:answer_id>", views.DocumentView.as_view()),
]
