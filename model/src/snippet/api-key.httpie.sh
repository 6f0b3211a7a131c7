http --ignore-stdin --auth "$API_KEY:" GET '{base_url}/api/v1/ping'
