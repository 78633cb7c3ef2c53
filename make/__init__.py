"""The only app that speaks with Make.com: the way out and the way in."""
