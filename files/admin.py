"""Files in the admin, each list in a module of its own."""

from files import inbox_admin as inbox_admin
from files import onedrive_admin as onedrive_admin
