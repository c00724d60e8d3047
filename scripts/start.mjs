// `npm start`: set-up, then everything in one process.
import { bundle, setUp } from './set-up.mjs';

await setUp();
process.argv = [process.argv[0], 'steptrail', 'start', ...process.argv.slice(2)];
await import(bundle);
