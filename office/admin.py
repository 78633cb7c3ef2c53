"""What staff see of the whole house; each page has a file of its own."""

from office import checks_admin as checks_admin
from office import cutover_admin as cutover_admin
from office import event_admin as event_admin
from office import health_admin as health_admin
from office import job_admin as job_admin
from office import payment_admin as payment_admin
from office import tracking_admin as tracking_admin
