"""What devices say without a connection: service data of their adverts, one module a layout."""
