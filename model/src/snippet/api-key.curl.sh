curl -u "$API_KEY:" '{base_url}/api/v1/ping'
