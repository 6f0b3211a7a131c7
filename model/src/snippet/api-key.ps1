$pair = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("${env:API_KEY}:"))
Invoke-RestMethod -Uri '{base_url}/api/v1/ping' -Headers @{ Authorization = "Basic $pair" }
