import { type Check, isObject, isPlaceholder, member, type UnknownObject } from './check.ts';
import { at } from './problem.ts';

/** What a state's fields must fulfil together, beyond the field table. */
export function checkStateRules(
  check: Check,
  state: UnknownObject,
  pointer: string,
  labels: Map<string, string>,
): void {
  switch (state.Type) {
    case 'Task':
      checkHeartbeat(check, state, pointer);
      break;
    case 'Wait':
      checkWait(check, state, pointer);
      break;
    case 'Map':
      checkMap(check, state, pointer, labels);
      break;
    default:
  }
}

function checkHeartbeat(check: Check, state: UnknownObject, pointer: string): void {
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout)
    check.report(
      heartbeat > timeout ? 'HEARTBEAT_ABOVE_TIMEOUT' : 'HEARTBEAT_EQUALS_TIMEOUT',
      at(pointer, 'HeartbeatSeconds'),
      `'HeartbeatSeconds' (${heartbeat}) must be less than 'TimeoutSeconds' (${timeout}): shorten it.`,
    );
}

const DURATIONS = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];

function checkWait(check: Check, state: UnknownObject, pointer: string): void {
  const given = DURATIONS.filter((field) => Object.hasOwn(state, field));
  const choices = check.language === 'JSONata' ? 'Seconds, Timestamp' : DURATIONS.join(', ');
  if (given.length === 0)
    check.report('REQUIRED_FIELD', pointer, `A Wait state needs one of ${choices}: add one.`);
  else if (given.length > 1)
    check.report(
      'EXCLUSIVE_FIELDS',
      pointer,
      `A Wait state can hold only one of ${choices}, not ${given.join(' and ')}: keep one of them.`,
    );
}

const DISTRIBUTED_FIELDS = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];

function checkMap(check: Check, state: UnknownObject, pointer: string, labels: Map<string, string>): void {
  const name = Object.hasOwn(state, 'ItemProcessor') ? 'ItemProcessor' : 'Iterator';
  if (!Object.hasOwn(state, name))
    check.report(
      'REQUIRED_FIELD',
      pointer,
      `A Map state lacks 'ItemProcessor': add the states that run for each item.`,
    );
  const processor = member(state, name);
  const config = isObject(processor) ? processor.ProcessorConfig : undefined;
  const distributed = isObject(config) && config.Mode === 'DISTRIBUTED';
  const place = at(at(pointer, name), 'ProcessorConfig');
  if (distributed && check.type === 'EXPRESS')
    check.report(
      'NOT_IN_EXPRESS',
      place,
      `Express state machine does not support a Map state in DISTRIBUTED mode: use INLINE, or a Standard one.`,
    );
  if (distributed && !Object.hasOwn(config, 'ExecutionType'))
    check.report(
      'REQUIRED_FIELD',
      place,
      `A DISTRIBUTED Map needs 'ExecutionType' in 'ProcessorConfig': add STANDARD or EXPRESS.`,
    );
  if (!distributed && !(isObject(config) && isPlaceholder(check, config.Mode)))
    for (const field of DISTRIBUTED_FIELDS)
      if (Object.hasOwn(state, field))
        check.report(
          'ONLY_IN_DISTRIBUTED',
          at(pointer, field),
          `'${field}' works only in a distributed Map: set "Mode": "DISTRIBUTED" in 'ProcessorConfig', or remove it.`,
        );
  checkUniqueLabel(check, state.Label, at(pointer, 'Label'), labels);
}

function checkUniqueLabel(check: Check, label: unknown, pointer: string, seen: Map<string, string>): void {
  if (typeof label !== 'string') return;
  const other = seen.get(label);
  if (other === undefined) seen.set(label, pointer);
  else
    check.report(
      'DUPLICATE_LABEL',
      pointer,
      `The label '${label}' stands also at ${other}: labels must be unique in the machine, rename one.`,
    );
}
