import { type Check, type FieldCheck, isObject, kindOf } from './check.ts';
import { checkJsonata, checkPayload } from './check-values.ts';
import { isJsonataExpression } from './jsonata-syntax.ts';
import { parseResource, type Resource } from './resource.ts';

/** Resource of a Task: something that Step Functions can call, in a workflow of this type. */
export const checkResource: FieldCheck = (check, value, pointer, field) => {
  if (typeof value !== 'string') {
    check.report('WRONG_TYPE', pointer, `'${field}' must be a string, not ${kindOf(value)}.`);
    return;
  }
  const resource = parseResource(value);
  if (resource.kind === 'invalid' || (!check.placeholders && value.includes('${')))
    check.report(
      'INVALID_RESOURCE',
      pointer,
      `The resource '${value}' is not recognised, ${'reason' in resource ? resource.reason : 'it holds a placeholder'}: name a function, an activity or an integration by its ARN.`,
    );
  else if (resource.kind === 'optimised' && !resource.known)
    check.report(
      'UNKNOWN_INTEGRATION',
      pointer,
      `The integration '${resource.service}:${resource.action}' is not recognised: correct its spelling, or use aws-sdk:${resource.service}:${resource.action}.`,
    );
  if (check.type === 'EXPRESS') checkExpressResource(check, resource, pointer);
};

function checkExpressResource(check: Check, resource: Resource, pointer: string): void {
  const unsupported =
    resource.kind === 'activity'
      ? 'Activity ARN'
      : 'pattern' in resource && resource.pattern !== 'request-response'
        ? `'.${resource.pattern}' service integration`
        : undefined;
  if (unsupported !== undefined)
    check.report(
      'NOT_IN_EXPRESS',
      pointer,
      `Express state machine does not support ${unsupported}: use a Standard one, or request-response.`,
    );
}

/** Credentials: the role to assume, constant or evaluated. */
export const checkCredentials: FieldCheck = (check, value, pointer, field) => {
  if (check.language === 'JSONata' && typeof value === 'string' && isJsonataExpression(value))
    return checkJsonata(check, value, pointer, field);
  if (!isObject(value)) {
    check.report('WRONG_TYPE', pointer, `'${field}' must be an object with RoleArn, not ${kindOf(value)}.`);
    return;
  }
  checkPayload(check, value, pointer, field);
  const evaluated = check.language === 'JSONPath' && Object.hasOwn(value, 'RoleArn.$');
  if (!evaluated && typeof value.RoleArn !== 'string')
    check.report(
      'REQUIRED_FIELD',
      pointer,
      `The field 'RoleArn' is required in '${field}' but was missing: add the role to assume.`,
    );
};
