"""The kinds of device this gateway holds: how each is begun, read and answered."""
