import { Actions, Notifications } from '@twilio/flex-ui';

import { desk } from '../testing/flexUi';
import { startCall } from './startCall';

const CALL = { destination: '+221770000001', taskAttributes: {} };
const invokeAction = Actions.invokeAction as jest.Mock;

beforeEach(() => {
  jest.useFakeTimers();
  invokeAction.mockReset();
  desk.dialling = true;
  desk.tasks.clear();
});

afterEach(() => jest.useRealTimers());

function callComes() {
  desk.tasks.set('WR2', { attributes: { ussd_parent: { task_sid: 'WT1' } } });
  desk.subscribers.forEach((subscriber) => subscriber());
}

test('a call has started when its task has come', async () => {
  invokeAction.mockImplementation(async () => callComes());
  await expect(startCall(CALL, 'WT1')).resolves.toBe('started');
  expect(invokeAction).toHaveBeenCalledWith('StartOutboundCall', CALL);
});

test('an earlier call of the same session does not count', async () => {
  callComes();
  invokeAction.mockResolvedValue(undefined);
  const result = startCall(CALL, 'WT1');
  desk.subscribers.forEach((subscriber) => subscriber());
  await Promise.resolve();
  jest.advanceTimersByTime(10_000);
  await expect(result).resolves.toBe('notStarted');
});

test('Flex saying yes without a call is a call that did not start', async () => {
  invokeAction.mockResolvedValue(undefined);
  const result = startCall(CALL, 'WT1');
  await Promise.resolve();
  jest.advanceTimersByTime(10_000);
  await expect(result).resolves.toBe('notStarted');
});

test('Flex never answering is a call that did not start', async () => {
  invokeAction.mockReturnValue(new Promise(() => undefined));
  const result = startCall(CALL, 'WT1');
  jest.advanceTimersByTime(10_000);
  await expect(result).resolves.toBe('notStarted');
});

test('Flex refusing is a call that did not start, said at once', async () => {
  invokeAction.mockRejectedValue(new Error('A call task already exists'));
  await expect(startCall(CALL, 'WT1')).resolves.toBe('notStarted');
});

test('a missing microphone, which Flex only notifies of, is named', async () => {
  invokeAction.mockImplementation(async () => Notifications.showNotification('NoInputDevice'));
  await expect(startCall(CALL, 'WT1')).resolves.toBe('noMicrophone');
});

test('where dialling is switched off Flex is not asked', async () => {
  desk.dialling = false;
  await expect(startCall(CALL, 'WT1')).resolves.toBe('diallingDisabled');
  expect(invokeAction).not.toHaveBeenCalled();
});
