"""What dev.py knows: its own environment, the servers and the processes; standard library only."""
