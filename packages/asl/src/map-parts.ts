import type { Json, JsonObject, NumberOrExpression } from './state-parts.ts';

/** What only a Map state holds (ASL section 8.9). */

export type ItemReader = {
  readonly Resource: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
  readonly ReaderConfig?: ReaderConfig;
};

export type ReaderConfig = {
  readonly InputType?: string;
  readonly ManifestType?: string;
  readonly Transformation?: string;
  readonly CSVHeaderLocation?: string;
  readonly CSVHeaders?: readonly string[];
  readonly CSVDelimiter?: string;
  readonly ItemsPointer?: string;
  readonly MaxItems?: NumberOrExpression;
  readonly MaxItemsPath?: string;
};

export type ItemBatcher = {
  readonly MaxItemsPerBatch?: NumberOrExpression;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: NumberOrExpression;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Json;
};

export type ResultWriter = {
  readonly Resource?: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
  readonly WriterConfig?: { readonly Transformation?: string; readonly OutputType?: string };
};
