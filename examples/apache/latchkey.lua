-- Asks Latchkey about a call, tells the API behind who calls, or gives the caller Latchkey's refusal. Whatever goes wrong,
-- the call does not pass.

local http = require 'socket.http'
local ltn12 = require 'ltn12'

local latchkey = 'http://127.0.0.1:3000/v1/authorize?product=uptime'

-- What Latchkey looks at of a call, besides its method and its address.
local asked = { 'authorization', 'x-project-id', 'x-project-slug', 'user-agent', 'accept' }

-- What of a refusal is for the caller.
local told = { 'retry-after', 'www-authenticate', 'ratelimit', 'ratelimit-policy', 'x-request-id' }

local identity = {
  'x-auth-organization-id',
  'x-auth-project-id',
  'x-auth-member-id',
  'x-auth-member-type',
  'x-auth-credential-id',
  'x-auth-access',
}

http.TIMEOUT = 3

-- What a caller says of itself. Many programs take `_` in a header's name for `-`.
local function forget_claims(r)
  for name in pairs(r:headers_in_table()) do
    if name:lower():gsub('_', '-'):find('^x%-auth%-') then
      r.headers_in[name] = nil
    end
  end
end

-- httpd removes what Connection names from the call after this has put the identity headers in.
local function would_remove(r)
  return (r.headers_in['connection'] or ''):lower():find('x-', 1, true) ~= nil
end

function authorize(r)
  if would_remove(r) then
    return 400
  end
  forget_claims(r)
  local headers = { ['x-forwarded-method'] = r.method, ['x-forwarded-for'] = r.useragent_ip }
  for _, name in ipairs(asked) do
    headers[name] = r.headers_in[name]
  end
  local body = {}
  local ok, status, answered = http.request({
    url = latchkey,
    headers = headers,
    redirect = false,
    sink = ltn12.sink.table(body),
  })
  if not ok or type(status) ~= 'number' then
    return 503
  end
  if status == 200 then
    for _, name in ipairs(identity) do
      r.headers_in[name] = answered[name] or ''
    end
    return apache2.OK
  end
  for _, name in ipairs(told) do
    if answered[name] then
      r.err_headers_out[name] = answered[name]
    end
  end
  return status >= 400 and status or 503
end
