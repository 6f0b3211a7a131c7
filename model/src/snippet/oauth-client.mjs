const pair = Buffer.from(`{id}:${process.env.CLIENT_SECRET}`).toString("base64");
const grant = await fetch("{base_url}/oauth/token", {
  method: "POST",
  headers: { Authorization: `Basic ${pair}` },
  body: new URLSearchParams({ grant_type: "client_credentials" }),
});
const { access_token } = await grant.json();

const ping = await fetch("{base_url}/api/v1/ping", { headers: { Authorization: `Bearer ${access_token}` } });
console.log(ping.status, await ping.text());
