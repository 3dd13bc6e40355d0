"""Ways to a radio other than the platform's own Bluetooth stack, as backends for bleak."""
