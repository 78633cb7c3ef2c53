"""What staff see of tracking and payments; each has a file of its own."""

from office import payment_admin as payment_admin
from office import tracking_admin as tracking_admin
