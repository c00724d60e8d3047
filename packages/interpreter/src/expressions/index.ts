export { agreesWithText } from './agrees-with-text.ts';
export { compileChoiceRule } from './choice-rules.ts';
export { type Draws, seededDraws, unknownDraws } from './draws.ts';
export { type Comparison, compare, equal } from './equal.ts';
export {
  type Evaluation,
  type Expression,
  type Failure,
  failure,
  runtimeFailure,
  type Scope,
  stateCause,
} from './evaluation.ts';
export { compileDynamicText } from './intrinsic-functions.ts';
export type { Json, JsonObject } from './json.ts';
export { compilePath } from './json-path.ts';
export { jsonText, parseJson } from './json-text.ts';
export { compileJsonataAssign, compileJsonataTemplate, type JsonType } from './jsonata.ts';
export { createKnownTexts, type KnownTexts } from './known-texts.ts';
export { compilePayloadTemplate } from './payload-template.ts';
export { compileReferencePath, type ReferencePath } from './reference-path.ts';
export { parseTimestamp } from './timestamps.ts';
export { admits, findUnknown, isUnknown, reasonOf, type Unknown, unknown, unknownWhere } from './unknown.ts';
export { compileAssign } from './variables.ts';
