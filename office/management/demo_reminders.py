"""Reminders of the demo, around today; Make is told of none of them by itself."""

from datetime import timedelta

from cases.payments import today
from office.management.demo_office import Office
from reminders import services
from reminders.models import Reminder

_PAY, _FOLLOW, _PAPERS = Reminder.Category.PAYMENT, Reminder.Category.FOLLOW_UP, Reminder.Category.DOCUMENTS
_LOOK, _ANY, _CLOSE = Reminder.Category.INSPECTION, Reminder.Category.GENERAL, Reminder.Category.CLOSING
_LOW, _NORMAL, _HIGH, _URGENT = Reminder.Priority
_WAITS, _DONE, _LATE, _CANCELLED = Reminder.Status
# plate, days from today, time, title, category, priority, status, pattern; "" is about no case
REMINDERS = [
    ("99658931", -12, "09:00", "לשלוח חשבונית שכר טרחה", _PAY, _NORMAL, _DONE, None),
    ("99224299", -8, "11:00", "להעביר חוות דעת לסוכן", _FOLLOW, _NORMAL, _DONE, None),
    ("99658931", -5, "09:00", "לגבות שכר טרחה מחברת הביטוח", _PAY, _URGENT, _LATE, None),
    ("99849833", -3, "10:30", "לבקש מהמוסך תמונות אחרי הפירוק", _PAPERS, _HIGH, _LATE, None),
    ("99953486", -2, "13:00", "בדיקה חוזרת אצל בעל הרכב", _LOOK, _NORMAL, _CANCELLED, None),
    ("99092851", -1, "14:30", "לבקש צילום רישיון רכב", _PAPERS, _HIGH, _LATE, None),
    ("99849833", 0, "08:30", "להתקשר לבעל הרכב לתיאום", _FOLLOW, _NORMAL, _DONE, None),
    ("99447211", 0, "23:30", "להשלים את מוקדי הנזק לפני השידור", _FOLLOW, _HIGH, _WAITS, None),
    ("99991306", 0, "23:45", "לאשר מחיר חלקים עם הספק", _FOLLOW, _URGENT, _WAITS, None),
    ("99447211", 1, "10:00", "לבדוק את הרכב במוסך", _LOOK, _HIGH, _WAITS, None),
    ("99991306", 1, "12:15", "לבקש הצעת מחיר שנייה", _PAPERS, _NORMAL, _WAITS, None),
    ("", 2, "09:00", "לעבור על תשלומים פתוחים", _PAY, _NORMAL, _WAITS, "weekly"),
    ("99092851", 3, "15:00", "לשלוח אומדן לחברת הביטוח", _FOLLOW, _NORMAL, _WAITS, None),
    ("99849833", 4, "11:30", "בדיקה חוזרת אחרי התיקון", _LOOK, _NORMAL, _WAITS, None),
    ("99953486", 6, "16:00", "לסגור את התיק", _CLOSE, _LOW, _WAITS, None),
    ("99658931", 7, "09:30", "לוודא שהתשלום התקבל", _PAY, _HIGH, _WAITS, None),
    ("", 9, "08:30", "דוח חודשי למנהל", _ANY, _NORMAL, _WAITS, "monthly"),
    ("99388533", -3, "09:00", "לגבות שכר טרחה מחברת הביטוח", _PAY, _URGENT, _LATE, None),
    ("99749729", 1, "10:00", "לבדוק את הרכב במוסך", _LOOK, _NORMAL, _WAITS, None),
    ("99724651", 6, "16:00", "לברר מה עלה בתביעה", _FOLLOW, _LOW, _WAITS, None),
]


def add(office: Office) -> None:
    """Each once, known by its place in the list; every third one is the manager's."""
    with office.as_appraiser():
        known = set(Reminder.objects.filter(outside_id__startswith="demo-").values_list("outside_id", flat=True))
        for place, (plate, days, at, title, category, priority, status, pattern) in enumerate(REMINDERS, 1):
            case_id, outside_id = office.cases.get(plate), f"demo-{place}"
            if outside_id in known or (plate and case_id is None):
                continue
            services.upsert(
                outside_id,
                org_id=office.id,
                case_id=case_id,
                title=title,
                category=category,
                priority=priority,
                status=status,
                due_date=today() + timedelta(days=days),
                due_time=at,
                is_recurring=pattern is not None,
                recurrence_pattern=pattern,
                assigned_to_id=office.manager if place % 3 == 0 else office.appraiser,
                send_notification=False,
            )
