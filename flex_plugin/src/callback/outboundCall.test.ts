import { DEFAULTS } from '../config/config';
import { session } from '../testing/session';
import { outboundCall } from './outboundCall';

const task = { taskSid: 'WT1', attributes: { ussd: { external_id: 'abc' }, conversations: { conversation_id: 'K7QM4X' } } };

test('a call names its session and never copies its object', () => {
  expect(outboundCall(session(), task, DEFAULTS).taskAttributes).toEqual({
    name: 'K7QM4X',
    ussd_parent: { reference: 'K7QM4X', task_sid: 'WT1' },
    conversations: { conversation_id: 'K7QM4X' },
  });
});

test.each([[undefined], [null], [{}], [{ conversations: 'x' }], [{ conversations: { conversation_id: 7 } }]])(
  'a task without a conversation (%j) stands under its own sid',
  (attributes) => {
    const { taskAttributes } = outboundCall(session(), { taskSid: 'WT1', attributes }, DEFAULTS);
    expect(taskAttributes).toMatchObject({ conversations: { conversation_id: 'WT1' } });
  },
);

test('caller id and queue come from the settings', () => {
  const config = { ...DEFAULTS, caller_id: '+15005550006', queue_sid: 'WQ1' };
  expect(outboundCall(session(), task, config)).toMatchObject({ callerId: '+15005550006', queueSid: 'WQ1' });
});
