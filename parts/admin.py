"""What staff see of parts; each list has a file of its own."""

from parts import pool_admin as pool_admin
from parts import required_admin as required_admin
