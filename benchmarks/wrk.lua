-- One slice of load. REQUESTS unset: GET the address given. Else a file with one POST per line, "path<TAB>body<TAB>address
-- of the visitor", each sent once; after SECONDS nothing more is sent, and what is under way is still answered, so that
-- every POST has its answer. PROXIED: what a proxy that ends TLS would add. Prints one JSON object.
local ffi = require("ffi")
ffi.cdef([[typedef struct { long sec; long usec; } moment; int gettimeofday(moment *, void *);]])
local function now()
  local t = ffi.new("moment")
  ffi.C.gettimeofday(t, nil)
  return tonumber(t.sec) + tonumber(t.usec) / 1e6
end

local csrf = string.rep("a1B2", 16) -- Django's double-submit check compares cookie and field
local function proxied(headers, address)
  if os.getenv("PROXIED") then
    headers["X-Forwarded-For"], headers["X-Forwarded-Proto"] = address, "https"
  end
  return headers
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

if os.getenv("REQUESTS") then
  local posts, nexts, began = {}, 0, nil
  taken, answered, other, last, missing = 0, 0, 0, 0, 0 -- globals: read by done()
  function init()
    for line in io.lines(os.getenv("REQUESTS")) do
      local path, body, address = line:match("^(.-)\t(.-)\t(.-)$")
      local headers = {["Content-Type"] = "application/x-www-form-urlencoded", ["Cookie"] = "csrftoken=" .. csrf}
      table.insert(posts, wrk.format("POST", path, proxied(headers, address), body .. "&csrfmiddlewaretoken=" .. csrf))
    end
  end
  function delay() -- before each request: may it leave?
    began = began or now()
    if taken >= #posts then missing = 1 end
    if missing == 1 or now() - began > tonumber(os.getenv("SECONDS")) then return 600000 end
    taken = taken + 1
    return 0
  end
  function request()
    nexts = math.min(nexts + 1, #posts)
    return posts[nexts]
  end
  function response(status)
    if status == tonumber(os.getenv("EXPECTED")) then answered = answered + 1 else other = other + 1 end
    last = now() - began
  end
else
  function init() proxied(wrk.headers, "203.0.113.1") end
  function request() return wrk.format("GET") end
end

function done(summary, latency)
  local e, t = summary.errors, threads[1]
  local answered = t:get("answered") or (summary.requests - e.status)
  local seconds = t:get("last") or summary.duration / 1e6
  io.write(string.format(
    'JSON{"answered":%d,"other":%d,"sent":%d,"seconds":%.6f,"p50_milliseconds":%.3f,"p95_milliseconds":%.3f,"errors":%d,"ran_out":%d}\n',
    answered, t:get("other") or e.status, t:get("taken") or answered, seconds, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    e.connect + e.read + e.write + e.timeout, t:get("missing") or 0))
end
