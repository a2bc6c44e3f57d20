import { canRender, type Manifest, overlays, render } from '../../scripts/deployment/manifest.js';
import { kubernetesVersions, validatorFor } from './schemas.js';

const copy = (manifest: Manifest): Manifest => structuredClone(manifest);
const describeRendered = canRender ? describe : describe.skip;

describeRendered.each(overlays)('k8s/overlays/%s', (overlay) => {
  const manifests = canRender ? render(`k8s/overlays/${overlay}`) : [];

  it.each(kubernetesVersions)('is what the API of Kubernetes %s takes, document by document', (version) => {
    const validate = validatorFor(version);
    const problems = manifests.flatMap((manifest) =>
      validate(manifest).map((each) => `${manifest.kind} ${manifest.metadata.name}: ${each}`),
    );
    expect(problems).toEqual([]);
    expect(manifests.length).toBeGreaterThan(20);
  });
});

describeRendered.each(kubernetesVersions)('the schemas of Kubernetes %s', (version) => {
  const validate = validatorFor(version);
  const manifests = canRender ? overlays.flatMap((overlay) => render(`k8s/overlays/${overlay}`)) : [];
  const of = (kind: string): Manifest => {
    const found = manifests.find((manifest) => manifest.kind === kind);
    if (found === undefined) throw new Error(`no ${kind}`);
    return copy(found);
  };

  it.each([...new Set(manifests.map(({ kind }) => kind))])('know every field of a %s', (kind) => {
    const manifest = of(kind);
    expect(validate(manifest)).toEqual([]);
    expect(validate({ ...manifest, speck: {} } as Manifest)).not.toEqual([]);
  });

  it.each([
    {
      why: 'a misspelt field deep inside',
      kind: 'Deployment',
      break: (m: Manifest) => Object.assign(m.spec!.template!.spec.containers[0]!, { imagePullPolice: 'Always' }),
    },
    { why: 'a text where a number belongs', kind: 'StatefulSet', break: (m: Manifest) => Object.assign(m.spec!, { replicas: 'two' }) },
    { why: 'a missing selector', kind: 'Deployment', break: (m: Manifest) => delete m.spec!.selector },
    { why: 'an API version that is gone', kind: 'CronJob', break: (m: Manifest) => Object.assign(m, { apiVersion: 'batch/v1beta1' }) },
    {
      why: 'a rule without an expression',
      kind: 'PrometheusRule',
      break: (m: Manifest) => Object.assign(m.spec!.groups![0]!.rules[0]!, { expr: '' }),
    },
    {
      why: 'a broker without a port',
      kind: 'ScaledObject',
      break: (m: Manifest) => Object.assign(m.spec!.triggers![0]!.metadata, { bootstrapServers: 'kafka' }),
    },
  ])('find $why', ({ kind, break: damage }) => {
    const manifest = of(kind);
    damage(manifest);
    expect(validate(manifest)).not.toEqual([]);
  });
});
