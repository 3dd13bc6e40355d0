"""From MQTT to a durable, deduplicated log and its archive; watermarks go back."""
