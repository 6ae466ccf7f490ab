-- Posts signed submissions from a prepared file, one a line: id, timestamp, signature and body, parted by tabs.
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "done.lua")
local file
local FORM = "POST /v1/submissions HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" ..
  "webhook-id: %s\r\nwebhook-timestamp: %s\r\nwebhook-signature: %s\r\n\r\n%s"

function init(args)
  file = io.open(args[1], "rb")
end

function request()
  local line = file:read("*l")
  if not line then  -- a load that ran out would measure something else: let it fail
    return "GET /the-prepared-file-was-too-short HTTP/1.1\r\nHost: bench\r\n\r\n"
  end
  local id, at, signature, body = string.match(line, "^([^\t]+)\t([^\t]+)\t([^\t]+)\t(.+)$")
  return string.format(FORM, #body, id, at, signature, body)
end
