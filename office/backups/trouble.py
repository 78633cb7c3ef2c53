"""Why a backup or a restore could not be made: in words for whoever asked, never with content.

The class alone is kept with the job, so its name says what is wrong.
"""


class Trouble(Exception):
    """Something that has to be put right before it can go on."""


class NoLogin(Trouble):
    """Nobody said as whom to read the whole database, or that login may not."""


class NoTool(Trouble):
    """pg_dump or pg_restore is missing, or older than the server."""


class ToolFailed(Trouble):
    """pg_dump or pg_restore gave up."""


class FolderInUse(Trouble):
    """Another backup is being written into the same folder."""


class Broken(Trouble):
    """What was kept is not what was written: cut off, changed, or not there."""


class NotEmpty(Trouble):
    """The database that is to be filled holds something already."""
