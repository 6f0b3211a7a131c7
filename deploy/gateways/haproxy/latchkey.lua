-- The action lua.latchkey: lets a request through if Latchkey accepts its credential, and if the credential has the scopes that
-- the variable txn.demanded_scope names (no scope if it is not set; several are separated by +).

local VERIFY = "http://127.0.0.1:3000/verify"
local TIMEOUT = 2000 -- milliseconds

local IDENTITY = {
  "latchkey-credential-id",
  "latchkey-credential-kind",
  "latchkey-credential-name",
  "latchkey-credential-organization",
  "latchkey-credential-scopes",
}

-- HAProxy's tables of header values begin at 0, Lua's at 1.
local function values(headers, name)
  local found, index = {}, 0
  while headers[name] and headers[name][index] do
    table.insert(found, headers[name][index])
    index = index + 1
  end
  return found
end

local function refuse(txn, verdict)
  local is_judgement = verdict.status == 401 or verdict.status == 403
  local reply = txn:reply{ status = is_judgement and verdict.status or 503 }
  if is_judgement then
    for _, challenge in ipairs(values(verdict.headers, "www-authenticate")) do
      reply:add_header("www-authenticate", challenge)
    end
  end
  txn:done(reply)
end

core.register_action("latchkey", { "http-req" }, function(txn)
  local headers = txn.http:req_get_headers()
  local verdict = core.httpclient():get{
    url = VERIFY .. "?scope=" .. (txn:get_var("txn.demanded_scope") or ""),
    headers = {
      ["authorization"] = values(headers, "authorization"),
      ["x-forwarded-for"] = { txn.f:src() },
      -- From this, Latchkey recognizes a page's script, and does not offer Basic: the browser would open a login window.
      ["sec-fetch-mode"] = values(headers, "sec-fetch-mode"),
    },
    timeout = TIMEOUT,
  }
  if not verdict or verdict.status ~= 200 then
    return refuse(txn, verdict or { status = 503 })
  end
  for _, name in ipairs(IDENTITY) do
    txn.http:req_set_header(name, values(verdict.headers, name)[1] or "")
  end
end, 0)
