"""Addresses of pictures."""

from django.urls import path

from files import picture_views

urlpatterns = [
    path("images", picture_views.PictureListView.as_view()),
    path("images/reorder", picture_views.PictureOrderView.as_view()),
    path("images/<str:image_id>", picture_views.PictureView.as_view()),
    path("images/<str:image_id>/restore", picture_views.PictureRestoreView.as_view()),
    path("images/<str:image_id>/thumbnail", picture_views.ThumbnailView.as_view()),
]
