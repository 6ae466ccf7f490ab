import { noteAttempt, noteOutcome } from './noteCall';

const NOW = '2026-11-20T10:00:00.000Z';

function taskWith(attributes: unknown) {
  return { attributes, setAttributes: jest.fn((_attributes: object) => Promise.resolve()) };
}

test('the first attempt counts one and keeps everything else', async () => {
  const task = taskWith({ from: '+1', ussd: { external_id: 'abc' } });
  await noteAttempt(task, NOW);
  expect(task.setAttributes).toHaveBeenCalledWith({
    from: '+1',
    ussd: { external_id: 'abc' },
    ussd_callback: { attempts: 1, at: NOW },
  });
});

test('a further attempt counts on and opens the outcome again', async () => {
  const task = taskWith({ ussd_callback: { attempts: 2, outcome: 'busy', at: NOW } });
  await noteAttempt(task, NOW);
  expect(task.setAttributes).toHaveBeenCalledWith({ ussd_callback: { attempts: 3, at: NOW } });
});

test('an outcome keeps the count and tells Flex Insights', async () => {
  const task = taskWith({ conversations: { conversation_id: 'K7' }, ussd_callback: { attempts: 2 } });
  await noteOutcome(task, 'no_answer', NOW);
  expect(task.setAttributes).toHaveBeenCalledWith({
    conversations: { conversation_id: 'K7', outcome: 'no answer' },
    ussd_callback: { attempts: 2, outcome: 'no_answer', at: NOW },
  });
});

describe('what was written since Flex last heard of the task', () => {
  function behind(cached: object, now: unknown) {
    const fetchLatestVersion = jest.fn(() => Promise.resolve({ attributes: now }));
    return { ...taskWith(cached), sourceObject: { task: { fetchLatestVersion } } };
  }

  test('stays, and the note is added to it', async () => {
    const task = behind({ ussd: { complete: false } }, { ussd: { complete: true }, ussd_callback: { attempts: 4 } });
    await noteOutcome(task, 'reached', NOW);
    expect(task.setAttributes).toHaveBeenCalledWith({
      ussd: { complete: true },
      conversations: { outcome: 'reached' },
      ussd_callback: { attempts: 4, outcome: 'reached', at: NOW },
    });
  });

  test('is not brought back where it was erased', async () => {
    const task = behind({ from: '+1', ussd: { answers: [] } }, { ussd: { erased: true } });
    await noteAttempt(task, NOW);
    await noteOutcome(task, 'busy', NOW);
    expect(task.setAttributes).not.toHaveBeenCalled();
  });

  test('is not written over where it cannot be read', async () => {
    const task = behind({ from: '+1' }, undefined);
    task.sourceObject.task.fetchLatestVersion.mockRejectedValueOnce(new Error('lost'));
    await expect(noteAttempt(task, NOW)).rejects.toThrow('lost');
    await expect(noteAttempt(task, NOW)).rejects.toThrow('no attributes');
    expect(task.setAttributes).not.toHaveBeenCalled();
  });
});

test('attributes that cannot be read are not written over', async () => {
  const task = taskWith(undefined);
  await expect(noteOutcome(task, 'busy', NOW)).rejects.toThrow();
  expect(task.setAttributes).not.toHaveBeenCalled();
});

test('attributes that the bridge had filled to the brim give way to the note in the bridge’s own order', async () => {
  const answers = Array.from({ length: 23 }, (_each, place) => ({ name: `q${place}`, label: 'L'.repeat(60), value: 'v'.repeat(90) }));
  const full = { ussd: { external_id: 'abc', answers }, customers: { name: 'x'.repeat(400) }, conversations: { conversation_id: 'K7' } };
  const task = taskWith(full);
  await noteOutcome(task, 'wrong_person', NOW);
  const [written] = task.setAttributes.mock.calls[0];
  expect(JSON.stringify(full).length).toBeGreaterThan(4096);
  expect(JSON.stringify(written).length).toBeLessThanOrEqual(4096);
  expect(written).toMatchObject({
    ussd: { external_id: 'abc', shortened: true },
    conversations: { conversation_id: 'K7', outcome: 'wrong person' },
    ussd_callback: { outcome: 'wrong_person' },
  });
});
