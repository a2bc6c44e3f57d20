import { env } from './onnx-runtime.js';

/** Version of the library that runs the models: scores may differ in their last digits between two of them. */
export const onnxRuntimeVersion: string = env.versions.node ?? env.versions.common;
