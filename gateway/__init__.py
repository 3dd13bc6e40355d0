"""The edge process: from radio notifications to durable, clock-aligned batches over MQTT."""
