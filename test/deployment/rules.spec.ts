import { readdirSync, readFileSync } from 'node:fs';
import { canRender, overlays, render } from '../../scripts/deployment/manifest.js';
import { rules } from './rules/all.js';
import { mutations } from './rules/mutations.js';

const describeRendered = canRender ? describe : describe.skip;
const rendered = new Map(canRender ? overlays.map((overlay) => [overlay, render(`k8s/overlays/${overlay}`)]) : []);
const manifestsOf = (overlay: string) => {
  const manifests = rendered.get(overlay);
  if (manifests === undefined) throw new Error(`there is no overlay ${overlay}`);
  return structuredClone(manifests);
};

describeRendered.each(overlays)('k8s/overlays/%s', (overlay) => {
  it.each(rules)('$name', ({ check }) => {
    expect(check(manifestsOf(overlay), overlay)).toEqual([]);
  });
});

/** A rule that can not fail says nothing. */
describeRendered('each rule', () => {
  it('is broken by a mistake below, and has a name of its own', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    const broken = new Set(mutations.map(({ rule }) => rule));
    expect(rules.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });

  it.each(mutations)('$rule: sees "$mistake" ($overlay)', ({ rule, overlay, make }) => {
    const found = rules.find(({ name }) => name === rule);
    if (found === undefined) throw new Error(`there is no rule "${rule}"`);
    const manifests = manifestsOf(overlay);
    expect(found.check(make(manifests) ?? manifests, overlay)).not.toEqual([]);
  });
});

describeRendered('components', () => {
  it('are each in an overlay, so that each is checked', () => {
    const used = overlays.map((overlay) => readFileSync(`k8s/overlays/${overlay}/kustomization.yaml`, 'utf8')).join('\n');
    expect(readdirSync('k8s/components').filter((component) => !new RegExp(`^ *- .*/${component}$`, 'm').test(used))).toEqual([]);
  });
});
