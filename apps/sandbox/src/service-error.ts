/** An error as an AWS service answers it: a name from its API model, or a common one, and a message. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  /** The namespace before `#` in `__type`. */
  readonly namespace: string;

  constructor(code: string, message: string, options: { status?: number; namespace?: string } = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = options.status ?? 400;
    this.namespace = options.namespace ?? 'com.amazonaws.swf.service.v2.model';
  }
}

const COMMON = { namespace: 'com.amazon.coral.service' };

/** Errors that any operation may answer. */
export const commonErrors = {
  throttled: () =>
    new ServiceError('ThrottlingException', 'Rate exceeded', { namespace: 'com.amazon.coral.availability' }),
  accessDenied: (identity: string, action: string, resource: string) =>
    new ServiceError(
      'AccessDeniedException',
      `User: ${identity} is not authorized to perform: ${action} on resource: ${resource}`,
      COMMON,
    ),
  expiredToken: () =>
    new ServiceError(
      'ExpiredTokenException',
      'The security token included in the request is expired',
      COMMON,
    ),
  unknownOperation: () => new ServiceError('UnknownOperationException', '', COMMON),
  serialization: () => new ServiceError('SerializationException', 'The request is no JSON object.', COMMON),
  validation: (message: string) => new ServiceError('ValidationException', message, COMMON),
} as const;
