-- Dials support.yaml to its end, as Africa's Talking does: five screens and the last one. Sessions are interleaved, so
-- that the connections never carry two turns of one session at the same time.
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "done.lua")
local path, run, group, width
local texts = { "", "1", "1*1", "1*1*2", "1*1*2*1", "1*1*2*1*1" }
local turn, member, dialled = 1, 0, 0
local FORM = "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n" ..
  "Content-Length: %d\r\n\r\n%s"

function init(args)
  path, run, width = args[1], args[2], tonumber(args[3])
end

function request()
  local number = dialled + member
  local body = string.format("sessionId=ATUid_%s_%d&phoneNumber=%%2B22177%s&serviceCode=*384*123%%23&networkCode=60801&text=%s",
    run, number, string.format("%07d", number), texts[turn])
  member = member + 1
  if member == width then
    member, turn = 0, turn + 1
    if turn > #texts then turn, dialled = 1, dialled + width end
  end
  return string.format(FORM, path, #body, body)
end
