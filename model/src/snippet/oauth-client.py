import base64
import json
import os
import urllib.request

pair = base64.b64encode(f"{id}:{os.environ['CLIENT_SECRET']}".encode()).decode()
grant = urllib.request.Request(
    "{base_url}/oauth/token",
    data=b"grant_type=client_credentials",
    headers={"Authorization": f"Basic {pair}"},
)
with urllib.request.urlopen(grant) as response:
    access_token = json.load(response)["access_token"]

ping = urllib.request.Request("{base_url}/api/v1/ping", headers={"Authorization": f"Bearer {access_token}"})
with urllib.request.urlopen(ping) as response:
    print(response.status, response.read().decode())
