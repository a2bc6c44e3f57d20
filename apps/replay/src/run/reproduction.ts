import { canonicalJson } from '../files/canonical-json.js';
import { manifestSchema, type Manifest } from '../files/manifest.js';

const sidesText = canonicalJson(manifestSchema.pick({ a: true, b: true, runtime: true }));

/** A line for each thing that came out otherwise than the manifest says; none when the run is the same. */
export const differencesOf = (made: Manifest, wanted: Manifest): string[] => {
  const names = [...new Set([...Object.keys(wanted.files), ...Object.keys(made.files)])].sort();
  const files = names
    .filter((name) => made.files[name] !== wanted.files[name])
    .map((name) => `${name}: SHA-256 is ${made.files[name] ?? 'none'}, the manifest says ${wanted.files[name] ?? 'none'}`);
  const hashes = (['streamHash', 'stateHash'] as const)
    .filter((name) => made[name] !== wanted[name])
    .map((name) => `${name}: is ${made[name]}, the manifest says ${wanted[name]}`);
  if (files.length + hashes.length === 0) return [];
  const reasons = [
    ...(made.codeHash === wanted.codeHash ? [] : ['the code is another']),
    ...(sidesText(made) === sidesText(wanted) ? [] : ['models, configuration or runtime are others']),
  ];
  return [...hashes, ...files, ...reasons.map((reason) => `possible cause: ${reason}`)];
};
