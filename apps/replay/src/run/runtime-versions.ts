import { onnxRuntimeVersion } from '#model';

/** What floating point results can depend on besides the code: nothing of where it runs but the kind of machine. */
export const runtimeVersions = (): Record<string, string> => ({
  arch: process.arch,
  node: process.versions.node,
  onnxruntime: onnxRuntimeVersion,
  platform: process.platform,
  v8: process.versions.v8,
});
