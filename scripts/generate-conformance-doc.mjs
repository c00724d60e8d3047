// Writes docs/conformance.md from what replay says of the recordings of AWS. With --check it writes nothing and exits 1
// when the file is out of step; where the recordings are absent it says so and leaves the file as it is.
import { importTypeScript, writeGenerated } from './generated-file.mjs';

const { describeConformance } = await importTypeScript('test/conformance/describe.ts');
const text = describeConformance();
if (text === undefined) {
  console.error('docs/conformance.md: skipped, for the recordings are not here (STEPTRAIL_CORPUS).');
} else {
  await writeGenerated('docs/conformance.md', text);
}
