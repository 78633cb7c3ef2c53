"""Files in the admin."""

from files import asset_admin as asset_admin  # registers the page of what stands on reports
from files import report_admin as report_admin  # registers the reports
