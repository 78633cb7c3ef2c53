"""A small mail server on loopback that can misbehave: it refuses, hangs, or hangs up."""

import socketserver
import threading
import time
from contextlib import contextmanager
from email import message_from_bytes, policy

GOOD = "250 ok"
# It hangs before it took the mail, hangs up after it did, or hangs once it has taken it.
HANG, DROP, MUTE = "hang", "drop", "mute"


class MailServer:
    """What it heard, and how it answers each step: EHLO, MAIL, RCPT, DATA and the END of the text."""

    def __init__(self):
        self.mails = []
        self.calls = 0
        self.says = {}
        self.port = 0

    def mail(self):
        """The only mail it took, taken apart."""
        (mail,) = self.mails
        return mail


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.office = self.server.office
        self.office.calls += 1
        self.say("220 mail.example.test")
        while line := self.rfile.readline():
            verb = line[:4].decode("ascii", "replace").upper().strip()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if not self.step(verb):
                return
            if verb == "DATA" and self.office.says.get("DATA", "354 go on").startswith("354") and not self.text():
                return

    def step(self, verb):
        usual = "354 go on" if verb == "DATA" else GOOD
        return self.answered(self.office.says.get(verb, usual))

    def text(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        said = self.office.says.get("END", GOOD)
        if said in (GOOD, DROP, MUTE):
            self.office.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        return self.answered(said)

    def answered(self, said):
        if said in (HANG, MUTE):
            time.sleep(3)
            return False
        if said == DROP:
            return False
        self.say(said)
        return True

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, address):
        """A caller that hung up is no news."""


@contextmanager
def running_mailserver():
    """A server until the block ends."""
    office = MailServer()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.office = office
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield office
        server.shutdown()
