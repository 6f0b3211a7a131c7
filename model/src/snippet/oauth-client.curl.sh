ACCESS_TOKEN=$(curl -sS -u "{id}:$CLIENT_SECRET" -d grant_type=client_credentials '{base_url}/oauth/token' |
  sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')
curl -H "Authorization: Bearer $ACCESS_TOKEN" '{base_url}/api/v1/ping'
