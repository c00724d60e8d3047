import { benchChunks } from './bench-chunks.ts';
import { benchReplay } from './bench-replay.ts';

benchReplay();
await benchChunks();
