import { Fields, isRecord, record } from '../attributes/record';

// twilio.com/docs/taskrouter/limits: characters of JSON.
const MOST_CHARACTERS = 4096;

/**
 * Attributes with a note added, made to fit where the bridge had filled them to the brim. What gives way first is
 * what the bridge itself gives up first: statistics, then the labels of the answers.
 */
export function fitted(attributes: Fields): Fields {
  const steps = [attributes, withoutStatistics(attributes), withoutLabels(withoutStatistics(attributes))];
  return steps.find((each) => JSON.stringify(each).length <= MOST_CHARACTERS) ?? attributes;
}

function withoutStatistics({ customers, ...attributes }: Fields): Fields {
  const { conversation_id, outcome } = record(attributes.conversations);
  return { ...attributes, conversations: { conversation_id, outcome } };
}

function withoutLabels(attributes: Fields): Fields {
  const ussd = record(attributes.ussd);
  if (!Array.isArray(ussd.answers)) return attributes;
  const answers = ussd.answers.map((answer: unknown) => (isRecord(answer) ? { ...answer, label: undefined } : answer));
  return { ...attributes, ussd: { ...ussd, answers, shortened: true } };
}
