import { canRender, overlays, render } from './manifest.js';
import { rules } from './rules/all.js';

const describeRendered = canRender ? describe : describe.skip;
const rendered = new Map(canRender ? overlays.map((overlay) => [overlay, render(`k8s/overlays/${overlay}`)]) : []);

describeRendered.each(overlays)('every workload of k8s/overlays/%s', (overlay) => {
  it.each(rules)('$name', ({ check }) => {
    expect(check(rendered.get(overlay)!, overlay)).toEqual([]);
  });
});
