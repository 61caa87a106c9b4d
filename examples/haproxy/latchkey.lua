-- Asks Latchkey about a call, tells the API behind who calls, or gives the caller Latchkey's refusal. Whatever goes wrong,
-- the call does not pass.

local latchkey = 'http://127.0.0.1:3000/v1/authorize?product='
local timeout_ms = 2000

-- What Latchkey looks at of a call, besides its method and its address.
local asked = { 'authorization', 'x-project-id', 'x-project-slug', 'user-agent', 'accept' }

-- What of a refusal is for the caller.
local told = { 'content-type', 'retry-after', 'www-authenticate', 'ratelimit', 'ratelimit-policy', 'x-request-id' }

-- A header's values: HAProxy counts them from 0, its client from 1.
local function values(headers, name)
  local found = {}
  for index, value in pairs(headers[name] or {}) do
    found[index + 1] = value
  end
  return found
end

local function question(txn)
  local headers = {
    ['x-forwarded-method'] = { txn.f:method() },
    ['x-forwarded-for'] = { txn.f:src() },
  }
  local given = txn.http:req_get_headers()
  for _, name in ipairs(asked) do
    if given[name] then
      headers[name] = values(given, name)
    end
  end
  return headers
end

local function refuse(txn, answer)
  local reply = txn:reply()
  reply:set_status(answer.status)
  for _, name in ipairs(told) do
    for _, value in ipairs(values(answer.headers, name)) do
      reply:add_header(name, value)
    end
  end
  reply:set_body(answer.body or '')
  txn:done(reply)
end

core.register_action('latchkey', { 'http-req' }, function(txn, product)
  local answer = core.httpclient():get({
    url = latchkey .. product,
    headers = question(txn),
    timeout = timeout_ms,
  })
  if answer == nil or answer.status == nil or answer.status < 200 or answer.headers == nil then
    refuse(txn, { status = 503, headers = {} })
  elseif answer.status ~= 200 then
    refuse(txn, answer)
  end
  for name, _ in pairs(answer.headers) do
    if name:find('^x%-auth%-') then
      txn.http:req_set_header(name, values(answer.headers, name)[1] or '')
    end
  end
end, 1)
