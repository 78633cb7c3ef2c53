"""Addresses of assigning, accepting and taking back."""

from django.urls import path

from invoices import assign_views

urlpatterns = [
    path("invoices/<str:invoice_id>/assign", assign_views.AssignView.as_view()),
    path("invoices/<str:invoice_id>/accept", assign_views.AcceptView.as_view()),
    path("invoices/<str:invoice_id>/undo", assign_views.UndoView.as_view()),
]
