#!/usr/bin/env node
// The binary of a checkout: brings the build up to date, then runs it.
import { bundle, setUp } from '../../../scripts/set-up.mjs';

await setUp();
await import(bundle);
