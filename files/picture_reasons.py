"""Why a picture was refused, or could not be read, as people are told."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WHY: dict[str, Promise] = {
    "not_a_picture": _("This is no JPEG, PNG, WebP or HEIC picture."),
    "too_many_pixels": _("The picture has more than 50 megapixels."),
    "too_much_text": _("The picture carries more text than any camera writes."),
    "too_much_work": _("The picture is made so that reading it would never end."),
    "too_slow": _("Reading the picture took too long."),
    "too_much_memory": _("Reading the picture takes more memory than there is for it."),
    "truncated": _("The picture ends too early: a part of it is missing."),
    "broken": _("The picture is broken."),
    "not_there": _("The picture is not where it was stored."),
    "gave_up": _("The picture could not be read, several times."),
}
