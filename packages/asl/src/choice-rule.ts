import type { Assign, Json } from './state-parts.ts';

export type ComparisonOperator =
  | 'BooleanEquals'
  | 'NumericEquals'
  | 'NumericGreaterThan'
  | 'NumericGreaterThanEquals'
  | 'NumericLessThan'
  | 'NumericLessThanEquals'
  | 'StringEquals'
  | 'StringGreaterThan'
  | 'StringGreaterThanEquals'
  | 'StringLessThan'
  | 'StringLessThanEquals'
  | 'TimestampEquals'
  | 'TimestampGreaterThan'
  | 'TimestampGreaterThanEquals'
  | 'TimestampLessThan'
  | 'TimestampLessThanEquals';
export type TypeTestOperator =
  | 'IsBoolean'
  | 'IsNull'
  | 'IsNumeric'
  | 'IsPresent'
  | 'IsString'
  | 'IsTimestamp';
export type ChoiceOperator =
  | ComparisonOperator
  | `${ComparisonOperator}Path`
  | 'StringMatches'
  | TypeTestOperator;

/** What a JSONPath rule tests: And, Or, Not, or `Variable` with exactly one comparison. */
export type ChoiceTest = {
  readonly Comment?: string;
  readonly And?: readonly ChoiceTest[];
  readonly Or?: readonly ChoiceTest[];
  readonly Not?: ChoiceTest;
  readonly Variable?: string;
} & { readonly [Operator in ComparisonOperator | 'StringMatches']?: Json } & {
  readonly [Operator in `${ComparisonOperator}Path`]?: string;
} & { readonly [Operator in TypeTestOperator]?: boolean };

/** A top rule of `Choices`; JSONata rules have `Condition`, JSONPath rules the fields of `ChoiceTest`. */
export type ChoiceRule = ChoiceTest & {
  readonly Next: string;
  /** JSONata: `{% … %}`, or a constant boolean. */
  readonly Condition?: string | boolean;
  readonly Assign?: Assign;
  readonly Output?: Json;
};
