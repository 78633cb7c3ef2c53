"""What offices wrote for a status, in two languages, as the codes we keep."""

from cases.models import Case

_CASE = {
    **{value.casefold(): value for value in Case.Status.values},
    **{"active": "OPEN", "פתוח": "OPEN", "נוצר": "OPEN", "new": "OPEN"},
    **{"בתהליך": "IN_PROGRESS", "בעבודה": "IN_PROGRESS", "בטיפול": "IN_PROGRESS", "in progress": "IN_PROGRESS"},
    **{"סגור": "CLOSED", "הוגש": "IN_PROGRESS", "done": "CLOSED", "completed": "CLOSED"},
    **{"בארכיון": "ARCHIVED", "ארכיון": "ARCHIVED", "deleted": "ARCHIVED", "נמחק": "ARCHIVED"},
}
REMINDER = {
    **{"פעיל": "ממתין", "pending": "ממתין", "active": "ממתין", "open": "ממתין"},
    **{"completed": "הושלם", "done": "הושלם", "פג תוקף": "באיחור", "overdue": "באיחור", "expired": "באיחור"},
    **{"cancelled": "בוטל", "canceled": "בוטל", "מבוטל": "בוטל"},
}
PRIORITY = {
    **{"נמוכה": "נמוך", "low": "נמוך", "בינונית": "רגיל", "medium": "רגיל", "normal": "רגיל", "רגילה": "רגיל"},
    **{"גבוהה": "גבוה", "high": "גבוה", "urgent": "דחוף", "דחופה": "דחוף"},
}
PART = {
    **{"ממתין": "PENDING", "הוזמן": "ORDERED", "התקבל": "RECEIVED", "בוטל": "CANCELLED", "selected": "PENDING"},
    **{"assigned": "PENDING", "completed": "RECEIVED"},
}
INVOICE = {
    **{"טיוטה": "DRAFT", "ממתין": "PENDING", "שויך": "ASSIGNED", "משויכת": "ASSIGNED", "אושר": "ACCEPTED"},
    **{"התקבל": "ACCEPTED", "נשלח": "SENT", "נשלחה": "SENT", "שולם": "PAID", "שולמה": "PAID", "בוטל": "CANCELLED"},
    **{"חלקים": "PARTS", "עבודה": "LABOR", "גרירה": "TOWING", "מעורב": "OTHER", "אחר": "OTHER"},
}
PAYMENT = {
    **{"pending": "ממתין לתשלום", "ממתין": "ממתין לתשלום", "partial": "שולם חלקית", "paid": "שולם במלואו"},
    **{"שולם": "שולם במלואו", "overdue": "באיחור", "late": "באיחור"},
}


def of_case(text: object) -> str | None:
    """The code of a case's status; None for a word nobody knows."""
    return _CASE.get(str(text).strip().casefold()) if text not in (None, "") else "OPEN"


def known(words: dict[str, str], text: object, codes: tuple[str, ...]) -> str | None:
    """The code for a word in either language; None for a word nobody knows."""
    said = str(text or "").strip()
    return next((code for code in codes if code.casefold() == said.casefold()), None) or words.get(said.casefold())
