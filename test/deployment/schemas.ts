import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Manifest } from '../../scripts/deployment/manifest.js';

interface Bundle {
  readonly kinds: Readonly<Record<string, string>>;
  readonly $defs: Readonly<Record<string, object>>;
}

/** Oldest and newest Kubernetes that the manifests are for: what is sound in both is not gone in the one and known to the other. */
export const kubernetesVersions = ['1.30', '1.37'] as const;

/** Kinds of operators have no schema in Kubernetes: these say the fields that we use, and no others. */
const operatorKinds = 'operators.json';

/** Problems of a document, each with its place; empty when the API server would take it. */
export type Validator = (manifest: Manifest) => readonly string[];

export const validatorFor = (version: (typeof kubernetesVersions)[number]): Validator => {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    // Kustomize folds long secrets over lines, which decoders pass over.
    formats: { int32: true, int64: true, byte: /^[A-Za-z0-9+/\n]*=*\n?$/, 'date-time': true, double: true },
  });
  const validators = new Map<string, ValidateFunction>();
  for (const file of [`kubernetes-${version}.json`, operatorKinds]) {
    const bundle = JSON.parse(readFileSync(`test/deployment/schemas/${file}`, 'utf8')) as Bundle;
    ajv.addSchema({ $id: file, $defs: bundle.$defs });
    for (const [kind, name] of Object.entries(bundle.kinds)) validators.set(kind, ajv.compile({ $ref: `${file}#/$defs/${name}` }));
  }
  return (manifest) => {
    const validate = validators.get(`${manifest.apiVersion}/${manifest.kind}`);
    if (validate === undefined) return [`no schema of ${manifest.apiVersion}/${manifest.kind}`];
    if (validate(manifest)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );
  };
};
