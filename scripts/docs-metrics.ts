/** `npm run docs:metrics`: writes docs/metrics.md. */
import { writeFileSync } from 'node:fs';
import { metricsPage } from './docs/metrics-page.js';

writeFileSync('docs/metrics.md', metricsPage());
console.log('wrote docs/metrics.md');
