"""WebSockets: who is connected, who gets what, and the frames on the wire."""
