import { benchChunks } from './bench-chunks.ts';
import { benchDefinitions } from './bench-definitions.ts';
import { benchIngest, benchIngestMemory, benchProcesses } from './bench-ingest.ts';
import { benchMemory } from './bench-memory.ts';
import { benchReplay } from './bench-replay.ts';
import { benchStates } from './bench-states.ts';
import { benchStore } from './bench-store.ts';

benchReplay();
await benchStates();
benchDefinitions();
benchMemory();
await benchChunks();
await benchStore();
await benchIngest();
await benchIngestMemory();
await benchProcesses();
