# pip install "pyjwt[crypto]"
import json
import os
import time
import urllib.parse
import urllib.request
import uuid

import jwt

jwk = json.loads(os.environ["CLIENT_PRIVATE_KEY"])
alg = {"EC": "ES256", "OKP": "EdDSA", "RSA": "RS256"}[jwk["kty"]]
now = int(time.time())
claims = {"iss": "{id}", "sub": "{id}", "aud": "{issuer}", "iat": now, "exp": now + 60, "jti": str(uuid.uuid4())}
grant = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": jwt.encode(claims, jwt.PyJWK(jwk, algorithm=alg).key, algorithm=alg),
}
with urllib.request.urlopen("{base_url}/oauth/token", urllib.parse.urlencode(grant).encode()) as response:
    access_token = json.load(response)["access_token"]

ping = urllib.request.Request("{base_url}/api/v1/ping", headers={"Authorization": f"Bearer {access_token}"})
with urllib.request.urlopen(ping) as response:
    print(response.status, response.read().decode())
