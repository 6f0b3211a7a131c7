ACCESS_TOKEN=$(http --ignore-stdin --form --auth "{id}:$CLIENT_SECRET" \
  POST '{base_url}/oauth/token' grant_type=client_credentials |
  sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')
http --ignore-stdin --auth-type bearer --auth "$ACCESS_TOKEN" GET '{base_url}/api/v1/ping'
