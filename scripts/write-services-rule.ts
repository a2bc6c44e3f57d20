/** `npm run k8s:rules`: writes monitoring/rules into k8s/components/monitoring. */
import { writeFileSync } from 'node:fs';
import { SERVICES_RULE, servicesRule } from './deployment/services-rule.js';

writeFileSync(SERVICES_RULE, servicesRule());
console.log(`wrote ${SERVICES_RULE}`);
