/** The end of `npm run dashboards`: copies monitoring/grafana/dashboards into k8s/components/dashboards, as they were formatted. */
import { COPIED_BOARDS, copyBoards } from './deployment/copied-boards.js';

copyBoards();
console.log(`copied them to ${COPIED_BOARDS}`);
