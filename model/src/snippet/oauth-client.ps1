$pair = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("{id}:${env:CLIENT_SECRET}"))
$grant = Invoke-RestMethod -Method Post -Uri '{base_url}/oauth/token' `
  -Headers @{ Authorization = "Basic $pair" } -Body @{ grant_type = 'client_credentials' }
Invoke-RestMethod -Uri '{base_url}/api/v1/ping' -Headers @{ Authorization = "Bearer $($grant.access_token)" }
