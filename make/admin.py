"""What staff see of the way to Make and back; each part has a file of its own."""

from make import delivery_admin as delivery_admin
from make import endpoint_admin as endpoint_admin
from make import key_admin as key_admin
