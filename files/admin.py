"""Files in the admin, each list in a module of its own."""

from files import asset_admin as asset_admin
from files import document_admin as document_admin
from files import inbox_admin as inbox_admin
from files import message_admin as message_admin
from files import onedrive_admin as onedrive_admin
from files import picture_admin as picture_admin
from files import report_admin as report_admin
