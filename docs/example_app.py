"""Brings a minute of heart rates, and prints what the hub tells of it.

    python example_app.py http://hub:8800 ks_TOKEN DEVICE PORT

The token may bring measurements, be told of news and read activity and heart rates; DEVICE is
worn by whoever made it; the hub's operator allows news to this machine.
"""

# pyright: basic
import base64
import hashlib
import hmac
import json
import secrets
import struct
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

hub, token, device, port = sys.argv[1:]


def ask(method, path, said=None):
    request = urllib.request.Request(f"{hub}/api/v1{path}", method=method)
    request.add_header("authorization", f"Bearer {token}")
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, json.dumps(said).encode() if said else None) as answer:
        return json.load(answer)


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        named = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode()
        mac = hmac.new(base64.b64decode(secret[6:]), named + body, hashlib.sha256).digest()
        signed = f"v1,{base64.b64encode(mac).decode()}" == self.headers["webhook-signature"]
        self.send_response(204 if signed else 400)
        self.end_headers()
        news = json.loads(body)
        print(news["type"] if signed else "forged", json.dumps(news["data"]), flush=True)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", int(port)), Hook)
wish = {"url": f"http://127.0.0.1:{server.server_port}/", "kinds": ["epochs", "scores"]}
secret = ask("POST", "/webhooks", wish)["secret"]
start_us = (time.time_ns() // 60_000_000_000 - 2) * 60_000_000
batch = {"device": device, "boot": secrets.randbits(63), "stream": "heart_rate", "sequence": 0}
batch |= {"start_us": start_us, "start_error_us": 1000, "period_us": None}
batch |= {"scale": 1.0, "unit": "bpm", "channels": 1, "width": 2}
seconds = struct.pack("<60I", *range(0, 60_000_000, 1_000_000))
batch["offsets_us"] = base64.b64encode(seconds).decode()
batch["samples"] = base64.b64encode(struct.pack("<60h", *range(60, 120))).decode()
for _ in range(2):  # the second time it is refused, and counted
    (one,) = ask("POST", "/measurements", {"batches": [batch]})["batches"]
    print("stored", one["stored"], "duplicates", one["duplicates"], flush=True)
server.serve_forever()
