"""Uses the server ISSUER through requests-oauthlib, with the client that the environment names. Prints the results as JSON."""

import json
import os

from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
issuer, client_id = os.environ["ISSUER"], os.environ["CLIENT_ID"]


def fetch(session, secret):
    if os.environ["METHOD"] == "client_secret_basic":
        how = {"auth": HTTPBasicAuth(client_id, secret)}
    else:
        how = {"client_secret": secret, "include_client_id": True}
    return session.fetch_token(f"{issuer}/oauth/token", scope=["orders:read"], **how)


def new_session():
    return OAuth2Session(client=BackendApplicationClient(client_id=client_id), scope=["orders:read"])


session = new_session()
token = fetch(session, os.environ["CLIENT_SECRET"])
try:
    fetch(new_session(), os.environ["CLIENT_SECRET"] + "x")
    refusal = None
except OAuth2Error as error:
    refusal = error.error

print(
    json.dumps(
        {"scope": list(token["scope"]), "ping": session.get(f"{issuer}/api/v1/ping").status_code, "wrong_secret": refusal}
    )
)
