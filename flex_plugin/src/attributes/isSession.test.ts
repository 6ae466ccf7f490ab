import { isSession } from './isSession';

test.each([
  ['on our channel', { taskChannelUniqueName: 'ussd', attributes: null }, true],
  ['with our object, on another channel', { taskChannelUniqueName: 'default', attributes: { ussd: {} } }, true],
  ['with the old flat key', { taskChannelUniqueName: 'default', attributes: { channel: 'ussd' } }, true],
  ['of a chat', { taskChannelUniqueName: 'chat', attributes: { channelType: 'web' } }, false],
  ['of a call made from ours', { taskChannelUniqueName: 'voice', attributes: { ussd_parent: {} } }, false],
  ['without attributes', { taskChannelUniqueName: 'voice' }, false],
  ['that is not there', undefined, false],
])('a task %s', (_what, task, ours) => {
  expect(isSession(task, 'ussd')).toBe(ours);
});
