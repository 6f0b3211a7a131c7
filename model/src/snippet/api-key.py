import base64
import os
import urllib.request

pair = base64.b64encode(f"{os.environ['API_KEY']}:".encode()).decode()
ping = urllib.request.Request("{base_url}/api/v1/ping", headers={"Authorization": f"Basic {pair}"})
with urllib.request.urlopen(ping) as response:
    print(response.status, response.read().decode())
