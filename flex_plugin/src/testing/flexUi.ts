import styledElement from '@emotion/styled';

// What our parts call of Flex, for tests of single parts.

export const styled = styledElement;

export const NotificationIds = { NoInputDevice: 'NoInputDevice' };
export const NotificationEvent = { beforeAddNotification: 'beforeAddNotification' };

type Listener = (notification: { id: string }) => void;
const listeners = new Set<Listener>();

export const Notifications = {
  addListener: (_event: string, listener: Listener) => listeners.add(listener),
  removeListener: (_event: string, listener: Listener) => listeners.delete(listener),
  showNotification: jest.fn((id: string) => listeners.forEach((listener) => listener({ id }))),
};

export const Actions = { invokeAction: jest.fn() };

export const desk = {
  dialling: true,
  tasks: new Map<string, { attributes: unknown }>(),
  subscribers: new Set<() => void>(),
};

const manager = {
  get serviceConfiguration() {
    return { outbound_call_flows: { default: { enabled: desk.dialling } } };
  },
  store: {
    getState: () => ({ flex: { worker: { tasks: desk.tasks } } }),
    subscribe: (subscriber: () => void) => {
      desk.subscribers.add(subscriber);
      return () => desk.subscribers.delete(subscriber);
    },
  },
};

export const Manager = { getInstance: () => manager };
