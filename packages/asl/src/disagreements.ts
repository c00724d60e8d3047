/**
 * Where our verdict on a definition of the corpus is not the one written there: all of them, each with its reason.
 * The corpus' README warns that validators follow the specification, not always the service.
 */

const NO_ARN =
  'statelint takes any URI as Resource (here foo:bar); the service wants the ARN of something it can call';
const NO_ROLE = "the service: The field 'RoleArn' is required (recorded); these Credentials hold other keys";
const NO_SWF = 'asl-validator takes the ARN of an activity of SWF; Step Functions cannot call it';

/** Valid by a validator, refused by us. There is none that the service itself has called valid. */
export const REFUSED_THOUGH_VALID: ReadonlyMap<string, string> = new Map([
  ...[
    'asl-4150fd5706a0',
    'asl-44f798fbcfa4',
    'asl-536080c27cdc',
    'asl-5e8409853184',
    'asl-8195baa85078',
    'asl-b41a1a583d67',
    'asl-b805e96eac39',
    'asl-c1d697233ab3',
    'asl-c447bfadf378',
    'asl-c8e5d191f99e',
    'asl-e2044cb20055',
  ].map((id) => [id, NO_ARN] as const),
  ['asl-5cbbf5bfe782', `${NO_ARN}; ${NO_ROLE}`],
  ['asl-3c462a93a7e3', NO_ROLE],
  ['asl-663207efdc5d', `${NO_SWF}; ${NO_ROLE}`],
  ['asl-b430c1a9b7bd', NO_SWF],
  [
    'asl-beb153945ebe',
    'functions of CloudFormation ({"Fn::GetAtt": …}) stand as Resource: it is not deployed yet',
  ],
  ['asl-552f63700dae', "it names a state 'NextState' that it lacks"],
  ['asl-83e980ad37ab', 'a JSONPath state in a JSONata machine: the service refuses it (recorded)'],
  ['asl-98f077938384', "a variable is named 'top-level', which is no identifier (ASL section 8.12)"],
]);

/** Refused by the service or by a validator, valid by us. */
export const VALID_THOUGH_REFUSED: ReadonlyMap<string, string> = new Map([
  [
    'asl-9fa0f430b6fe',
    'the service refused an activity in Express; the corpus has put the ARN of a function in its place, and functions are allowed there: nothing is left to see',
  ],
  ['asl-07d6da8d7a78', 'blanks around {% %} make it a literal, which the service accepts (recorded)'],
]);
