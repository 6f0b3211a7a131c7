const pair = Buffer.from(`${process.env.API_KEY}:`).toString("base64");
const ping = await fetch("{base_url}/api/v1/ping", { headers: { Authorization: `Basic ${pair}` } });
console.log(ping.status, await ping.text());
