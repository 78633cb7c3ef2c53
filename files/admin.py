"""What staff see of files; each kind has a file of its own."""

from files import picture_admin as picture_admin
